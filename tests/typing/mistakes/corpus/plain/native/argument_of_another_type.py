"""
A number, where a factory of operators takes a text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG


def make_load(name: str, *, table: str) -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


with DAG("native_argument_of_another_type", schedule=None):
    make_load("load", table=3)  # right: make_load("load", table="orders")
