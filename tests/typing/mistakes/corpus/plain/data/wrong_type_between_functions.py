"""
The names of shops given to a function that adds up amounts.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


@task
def count(names: list[str]) -> int:
    return len(names)


with DAG("data_wrong_type_between_functions", schedule=None):
    add_up(fetch_names())  # right: count(fetch_names())
