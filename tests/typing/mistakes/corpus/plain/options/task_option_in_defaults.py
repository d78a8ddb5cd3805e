"""
A misspelt option among the defaults of all tasks.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_task_option_in_defaults", schedule=None, default_args={"ownr": "data-platform"}):  # right: with DAG("options_task_option_in_defaults", schedule=None, default_args={"owner": "data-platform"}):
    BashOperator(task_id="fetch", bash_command="make fetch")
