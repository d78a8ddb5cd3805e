"""
An argument by position that a function takes by name only.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def load(table: str, *, full: bool) -> None:
    print(table, full)


with DAG("functions_by_keyword_only", schedule=None):
    load("orders", True)  # right: load("orders", full=True)
