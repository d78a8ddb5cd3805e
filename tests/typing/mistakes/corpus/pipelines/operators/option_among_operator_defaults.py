"""
An option of tasks among the defaults of operators.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `default_args` takes both.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_option_among_operator_defaults").operator_defaults(retries=3).task("make", operator(BashOperator, bash_command="make")))  # right: register(Pipeline("operators_option_among_operator_defaults").defaults(retries=3).task("make", operator(BashOperator, bash_command="make")))
