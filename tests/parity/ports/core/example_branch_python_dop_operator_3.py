"""
A branch that takes turns, where each task waits for itself in the run before.
"""

from typing import Any, Literal

import pendulum

from flowkit import Pipeline, branch, cron, task
from flowkit.airflow.dags import register


def should_run(**kwargs: Any) -> Literal["empty_task_1", "empty_task_2"]:
    """
    Determine which empty_task should be run based on if the logical date minute is even or odd.

    :param dict kwargs: Context
    :return: Id of the task to run
    """
    print(f"------------- exec dttm = {kwargs['logical_date']} and minute = {kwargs['logical_date'].minute}")
    return "empty_task_1" if kwargs["logical_date"].minute % 2 == 0 else "empty_task_2"


even, odd = task("empty_task_1"), task("empty_task_2")

register(
    Pipeline(
        "example_branch_dop_operator_v3",
        schedule=cron("*/1 * * * *"),
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    )
    .defaults(depends_on_past=True)
    .task("should_run", branch(should_run).to({"empty_task_1": even, "empty_task_2": odd}))
)
