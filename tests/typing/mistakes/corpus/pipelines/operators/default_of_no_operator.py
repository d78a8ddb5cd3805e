"""
A misspelt argument among the defaults of operators.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_default_of_no_operator").operator_defaults(cdw="/srv").task("make", operator(BashOperator, bash_command="make")))  # right: register(Pipeline("operators_default_of_no_operator").operator_defaults(cwd="/srv").task("make", operator(BashOperator, bash_command="make")))
