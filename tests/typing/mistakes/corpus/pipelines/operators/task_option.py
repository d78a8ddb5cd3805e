"""
An option of the task given to the operator.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: an operator takes the options itself.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_task_option").task("make", operator(BashOperator, bash_command="make", retries=3)))  # right: register(Pipeline("operators_task_option").task("make", operator(BashOperator, bash_command="make"), retries=3))
