"""
The task, and not its output, as an argument.
"""
# Caught by: apache-airflow-mypy.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


with DAG("data_the_task_itself", schedule=None):
    add_up(fetch_orders)  # right: add_up(fetch_orders())
