"""
A number, where a factory of operators takes a text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, native
from flowkit.airflow.dags import register


def make_load(name: str, *, table: str) -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


register(Pipeline("native_argument_of_another_type").task("load", native(make_load, "load", table=3)))  # right: register(Pipeline("native_argument_of_another_type").task("load", native(make_load, "load", table="orders")))
