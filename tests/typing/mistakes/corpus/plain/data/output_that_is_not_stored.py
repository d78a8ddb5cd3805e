"""
The output of a task that stores none.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task(do_xcom_push=False)  # right: @task
def count() -> int:
    return 1


@task
def tell(number: int) -> None:
    print(number)


with DAG("data_output_that_is_not_stored", schedule=None):
    tell(count())
