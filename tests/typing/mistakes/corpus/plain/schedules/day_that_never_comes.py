"""
The 30th of February.
"""
# Caught by: nothing.

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("schedules_day_that_never_comes", schedule="0 6 30 2 *", start_date=datetime(2026, 1, 1)):  # right: with DAG("schedules_day_that_never_comes", schedule="0 6 28 2 *", start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="fetch", bash_command="make fetch")
