"""
Branches by the time of day or the date: that of the clock, or the logical date of the run.
"""

from datetime import datetime, time

import pendulum
from airflow.providers.standard.operators.datetime import BranchDateTimeOperator

from flowkit import Pipeline, operator, task
from flowkit.airflow.dags import register


def in_range(
    dag_id: str, lower: datetime | time, upper: datetime | time, *, logical: bool = False
) -> Pipeline:
    branch = operator(
        BranchDateTimeOperator,
        use_task_logical_date=logical,
        follow_task_ids_if_true=["date_in_range"],
        follow_task_ids_if_false=["date_outside_range"],
        target_upper=upper,
        target_lower=lower,
    )
    return (
        Pipeline(
            dag_id,
            start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
            catchup=False,
            tags=["example"],
            schedule="@daily",
        )
        .task("datetime_branch", branch)
        .then(task("date_in_range"), task("date_outside_range"))
    )


two, three = pendulum.datetime(2020, 10, 10, 14, 0, 0), pendulum.datetime(2020, 10, 10, 15, 0, 0)

register(
    in_range("example_branch_datetime_operator", two, three),
    # The upper limit is before the lower one, and so means the next day.
    in_range("example_branch_datetime_operator_2", pendulum.time(15, 0, 0), pendulum.time(0, 0, 0)),
    in_range("example_branch_datetime_operator_3", two, three, logical=True),
)
