"""
The id of the task given to the operator.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: an operator takes the id itself.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_task_id_in_the_operator").task("make", operator(BashOperator, task_id="make", bash_command="make")))  # right: register(Pipeline("operators_task_id_in_the_operator").task("make", operator(BashOperator, bash_command="make")))
