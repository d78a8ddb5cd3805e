"""
A text where the function takes a list of numbers.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


with DAG("functions_wrong_type", schedule=None):
    add_up("19.90")  # right: add_up([19.90])
