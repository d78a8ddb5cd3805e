"""
A function that returns another text than its annotation allows.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from typing import Literal

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@task.branch
def kind(amounts: list[float]) -> Literal["much", "little"]:
    return "lots" if sum(amounts) > 100 else "little"  # right: return "much" if sum(amounts) > 100 else "little"


with DAG("branching_wrong_return_of_the_function", schedule=None):
    kind(fetch_orders()) >> [EmptyOperator(task_id="much"), EmptyOperator(task_id="little")]
