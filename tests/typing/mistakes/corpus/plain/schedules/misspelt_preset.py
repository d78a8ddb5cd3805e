"""
A preset that does not exist.
"""
# Caught by: parse.

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("schedules_misspelt_preset", schedule="@dayly", start_date=datetime(2026, 1, 1)):  # right: with DAG("schedules_misspelt_preset", schedule="@daily", start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="fetch", bash_command="make fetch")
