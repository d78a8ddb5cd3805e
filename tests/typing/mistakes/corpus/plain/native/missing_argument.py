"""
An argument that a factory of operators needs.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG


def make_load(name: str, *, table: str) -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


with DAG("native_missing_argument", schedule=None):
    make_load("load")  # right: make_load("load", table="orders")
