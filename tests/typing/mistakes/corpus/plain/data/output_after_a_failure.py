"""
A task that also runs after a failure, and needs the output of the task that failed.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def count() -> int:
    return 1


@task(trigger_rule="all_done")
def tell(number: int) -> None:  # right: def tell(number: int | None) -> None:
    print(number)


with DAG("data_output_after_a_failure", schedule=None):
    tell(count())
