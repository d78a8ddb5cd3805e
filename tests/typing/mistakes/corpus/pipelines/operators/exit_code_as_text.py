"""
The exit code that skips a task, as text.
"""
# Caught by: mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_exit_code_as_text").task("work", operator(BashOperator, bash_command="make", skip_on_exit_code="99")))  # right: register(Pipeline("operators_exit_code_as_text").task("work", operator(BashOperator, bash_command="make", skip_on_exit_code=99)))
