"""
The output of a task of another pipeline.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


with DAG("orders_of_another_dag", schedule=None):
    orders = fetch_orders()
with DAG("data_output_of_another_pipeline", schedule=None):
    add_up(orders)  # right: add_up([1.5])
