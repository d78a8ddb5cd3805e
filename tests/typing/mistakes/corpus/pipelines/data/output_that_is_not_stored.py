"""
The output of a task that stores none.
"""
# Caught by: flowkit check.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def count() -> int:
    return 1


def tell(number: int) -> None:
    print(number)


counted = task("count", python(count), do_xcom_push=False)  # right: counted = task("count", python(count))
register(Pipeline("data_output_that_is_not_stored").then(counted).task("tell", python(tell, counted.output)))
