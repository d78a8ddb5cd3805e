"""
One task that always fails, so that its error can be looked at.
"""

import pendulum

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fail_task() -> None:
    """A task that always fails to generate error_detail."""
    raise RuntimeError("This is a test exception for stacktrace rendering")


register(
    Pipeline(
        "example_failed_dag",
        schedule="@once",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    ).task("fail_task", python(fail_task))
)
