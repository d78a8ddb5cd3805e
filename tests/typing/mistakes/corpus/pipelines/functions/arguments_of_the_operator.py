"""
Arguments as PythonOperator takes them.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


register(Pipeline("functions_arguments_of_the_operator").task("total", python(add_up, op_args=[[19.90]])))  # right: register(Pipeline("functions_arguments_of_the_operator").task("total", python(add_up, [19.90])))
