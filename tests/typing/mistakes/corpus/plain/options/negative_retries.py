"""
A number of retries below nought.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_negative_retries", schedule=None):
    BashOperator(task_id="total", bash_command="make total", retries=-1)  # right: BashOperator(task_id="total", bash_command="make total", retries=0)
