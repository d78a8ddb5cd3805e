"""
A timeout as a number of seconds, where Airflow takes a timedelta.
"""
# Caught by: parse.

from __future__ import annotations

# right: from datetime import timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_timeout_in_seconds", schedule=None):
    BashOperator(task_id="total", bash_command="make total", execution_timeout=300)  # right: BashOperator(task_id="total", bash_command="make total", execution_timeout=timedelta(seconds=300))
