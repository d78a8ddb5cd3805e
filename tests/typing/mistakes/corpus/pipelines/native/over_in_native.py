"""
Items that are mapped over in a call of `native`.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `expand` is a method of operators.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, native, over  # right: from flowkit import Pipeline, operator, over
from flowkit.airflow.dags import register


def make_load(name: str, *, table: str) -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


register(Pipeline("native_over_in_native").task("load", native(make_load, "load", table=over(["orders", "shops"]))))  # right: register(Pipeline("native_over_in_native").task("load", operator(BashOperator, bash_command=over(["load orders", "load shops"]))))
