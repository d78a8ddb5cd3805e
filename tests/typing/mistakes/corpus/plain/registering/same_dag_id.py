"""
Two pipelines of one file with one dag_id.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@task
def tell(text: str) -> None:
    print(text)


with DAG("registering_same_dag_id", schedule=None):
    fetch_orders()
with DAG("registering_same_dag_id", schedule=None):  # right: with DAG(f"registering_same_dag_id_too", schedule=None):
    tell("done")
