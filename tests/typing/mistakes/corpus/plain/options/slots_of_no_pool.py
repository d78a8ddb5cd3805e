"""
A task that takes no slot of its pool.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task(pool_slots=0)  # right: @task(pool_slots=1)
def tell(text: str) -> None:
    print(text)


with DAG("options_slots_of_no_pool", schedule=None):
    tell("done")
