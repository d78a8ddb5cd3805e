"""
A misspelt argument of a factory of operators.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, native
from flowkit.airflow.dags import register


def make_load(name: str, *, table: str) -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


register(Pipeline("native_misspelt_argument").task("load", native(make_load, "load", tabel="orders")))  # right: register(Pipeline("native_misspelt_argument").task("load", native(make_load, "load", table="orders")))
