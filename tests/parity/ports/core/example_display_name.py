"""
Names that the UI shows in place of ids.
"""

import pendulum

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def sample_task_2() -> None:
    pass


register(
    Pipeline(
        "example_display_name",
        schedule=None,
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        dag_display_name="Sample DAG with Display Name",
    )
    .task("sample_task_1", task_display_name="Sample Task 1")
    .task("sample_task_2", python(sample_task_2), task_display_name="Sample Task 2")
)
