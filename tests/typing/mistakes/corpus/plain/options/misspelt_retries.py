"""
A misspelt option of a task.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_misspelt_retries", schedule=None):
    BashOperator(task_id="total", bash_command="make total", retires=3)  # right: BashOperator(task_id="total", bash_command="make total", retries=3)
