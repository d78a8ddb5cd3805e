"""
A misspelt argument of the function.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def store(amounts: list[float], table: str) -> None:
    print(table, amounts)


with DAG("functions_unknown_argument", schedule=None):
    store([19.90], tabel="sales")  # right: store([19.90], table="sales")
