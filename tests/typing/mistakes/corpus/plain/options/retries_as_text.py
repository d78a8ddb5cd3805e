"""
A number written as text.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_retries_as_text", schedule=None):
    BashOperator(task_id="total", bash_command="make total", retries="3")  # right: BashOperator(task_id="total", bash_command="make total", retries=3)
