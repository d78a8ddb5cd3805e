"""
A misspelt argument of a factory of operators.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG


def make_load(name: str, *, table: str) -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


with DAG("native_misspelt_argument", schedule=None):
    make_load("load", tabel="orders")  # right: make_load("load", table="orders")
