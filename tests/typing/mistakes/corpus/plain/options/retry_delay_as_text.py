"""
A duration written as text.
"""
# Caught by: parse.

from __future__ import annotations

# right: from datetime import timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_retry_delay_as_text", schedule=None):
    BashOperator(task_id="total", bash_command="make total", retry_delay="5m")  # right: BashOperator(task_id="total", bash_command="make total", retry_delay=timedelta(minutes=5))
