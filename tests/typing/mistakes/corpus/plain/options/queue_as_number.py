"""
A number instead of the name of a queue.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task(queue=1)  # right: @task(queue="1")
def tell(text: str) -> None:
    print(text)


with DAG("options_queue_as_number", schedule=None):
    tell("done")
