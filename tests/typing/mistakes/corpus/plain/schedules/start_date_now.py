"""
A start date that moves with the clock, so that no interval ever ends.
"""
# Caught by: nothing.

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("schedules_start_date_now", schedule="@daily", start_date=datetime.now()):  # right: with DAG("schedules_start_date_now", schedule="@daily", start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="fetch", bash_command="make fetch")
