"""
An operator that is already made.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: an operator is made where it stands.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_instance").task("make", operator(BashOperator(task_id="make", bash_command="make"))))  # right: register(Pipeline("operators_instance").task("make", operator(BashOperator, bash_command="make")))
