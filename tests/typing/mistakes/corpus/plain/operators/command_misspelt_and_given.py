"""
A second argument of a command that the operator does not take.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_command_misspelt_and_given", schedule=None):
    BashOperator(task_id="work", bash_command="make", environment={"TARGET": "all"})  # right: BashOperator(task_id="work", bash_command="make", env={"TARGET": "all"})
