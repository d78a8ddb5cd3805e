"""
A factory of operators that is called, and not handed over.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a factory is called there.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, native
from flowkit.airflow.dags import register


def make_load(name: str, *, table: str) -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


register(Pipeline("native_factory_called").task("load", native(make_load("load", table="orders"))))  # right: register(Pipeline("native_factory_called").task("load", native(make_load, "load", table="orders")))
