"""
The output of a task that returns one text, where items are mapped.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def newest() -> str:  # right: def newest() -> list[str]:
    return "orders.csv"  # right: return ["orders.csv"]


@task
def tell(text: str) -> None:
    print(text)


with DAG("mapping_over_a_text", schedule=None):
    tell.expand(text=newest())
