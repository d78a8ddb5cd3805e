"""
The argument of an operator by its position.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_by_position").task("make", operator(BashOperator, "make")))  # right: register(Pipeline("operators_by_position").task("make", operator(BashOperator, bash_command="make")))
