"""
An argument too many.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


with DAG("functions_too_many_arguments", schedule=None):
    add_up([19.90], "sales")  # right: add_up([19.90])
