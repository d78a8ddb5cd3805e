"""
A wrong argument of the function that chooses.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task.branch
def kind(amounts: list[float]) -> str:
    return "much"


with DAG("branching_wrong_argument", schedule=None):
    kind(fetch_names()) >> EmptyOperator(task_id="much")  # right: kind([1.5]) >> EmptyOperator(task_id="much")
