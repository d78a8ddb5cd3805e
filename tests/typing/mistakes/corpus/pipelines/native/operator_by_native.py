"""
An operator that is made by hand, where `operator` makes it.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: an operator is made where it stands.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, native  # right: from flowkit import Pipeline, operator
from flowkit.airflow.dags import register


def make_load(name: str, *, table: str) -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


register(Pipeline("native_operator_by_native").task("load", native(BashOperator(task_id="load", bash_command="load"))))  # right: register(Pipeline("native_operator_by_native").task("load", operator(BashOperator, bash_command="load")))
