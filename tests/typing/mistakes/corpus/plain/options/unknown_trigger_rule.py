"""
A trigger rule that does not exist.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_unknown_trigger_rule", schedule=None):
    fetch = BashOperator(task_id="fetch", bash_command="make fetch")
    fetch >> BashOperator(task_id="alert", bash_command="make alert", trigger_rule="all_sucess")  # right: fetch >> BashOperator(task_id="alert", bash_command="make alert", trigger_rule="all_success")
