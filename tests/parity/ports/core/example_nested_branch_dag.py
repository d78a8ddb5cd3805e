"""
A branch behind a branch: each join runs when no way to it failed and at least one succeeded.
"""

import pendulum

from flowkit import Pipeline, task
from flowkit import branch as by_key
from flowkit.airflow.dags import register


def branch(task_id_to_return: str) -> str:
    return task_id_to_return


true_1, false_1 = task("true_1"), task("false_1")
true_2, false_2, false_3 = task("true_2"), task("false_2"), task("false_3")
join_1 = task("join_1", trigger_rule="none_failed_min_one_success")
join_2 = task("join_2", trigger_rule="none_failed_min_one_success")
branch_1 = task(
    "branch_1", by_key(branch, task_id_to_return="true_1").to({"true_1": true_1, "false_1": false_1})
)
branch_2 = task(
    "branch_2", by_key(branch, task_id_to_return="true_2").to({"true_2": true_2, "false_2": false_2})
)

register(
    Pipeline(
        "example_nested_branch_dag",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        schedule="@daily",
        tags=["example"],
    ).add(
        branch_1,
        true_1 >> join_1,
        false_1 >> branch_2,
        [true_2, false_2] >> join_2 >> false_3 >> join_1,
    )
)
