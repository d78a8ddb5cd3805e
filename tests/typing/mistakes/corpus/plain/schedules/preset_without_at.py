"""
A preset without its sign.
"""
# Caught by: parse.

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("schedules_preset_without_at", schedule="daily", start_date=datetime(2026, 1, 1)):  # right: with DAG("schedules_preset_without_at", schedule="@daily", start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="fetch", bash_command="make fetch")
