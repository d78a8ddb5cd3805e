"""
A calculation with an output while the pipeline is built.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


@task
def store(amounts: list[float], table: str) -> None:
    print(table, amounts)


with DAG("data_calculation", schedule=None):
    store([add_up([1.5]) * 2], table="sales")  # right: store([add_up([1.5])], table="sales")
