"""
An argument of operators among the defaults of tasks.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `default_args` takes both.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_argument_among_defaults").defaults(cwd="/srv").task("make", operator(BashOperator, bash_command="make")))  # right: register(Pipeline("operators_argument_among_defaults").operator_defaults(cwd="/srv").task("make", operator(BashOperator, bash_command="make")))
