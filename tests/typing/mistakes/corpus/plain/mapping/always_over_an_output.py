"""
A task that is mapped over an output and does not wait for it.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def list_shops() -> list[str]:
    return ["corner", "market"]


@task(trigger_rule="always")  # right: @task(trigger_rule="all_done")
def tell(text: str) -> None:
    print(text)


with DAG("mapping_always_over_an_output", schedule=None):
    tell.expand(text=list_shops())
