"""
An option of the task among the arguments of the function.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


with DAG("functions_option_of_the_task", schedule=None):
    add_up([19.90], retries=3)  # right: add_up.override(retries=3)([19.90])
