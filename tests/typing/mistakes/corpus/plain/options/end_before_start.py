"""
A task that ends before the pipeline starts, so that no run has it.
"""
# Caught by: nothing.

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_end_before_start", schedule=None, start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="fetch", bash_command="make fetch", end_date=datetime(2025, 12, 31))  # right: BashOperator(task_id="fetch", bash_command="make fetch", end_date=datetime(2026, 12, 31))
