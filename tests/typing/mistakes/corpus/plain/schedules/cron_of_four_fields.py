"""
A cron expression with a field too few.
"""
# Caught by: parse.

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("schedules_cron_of_four_fields", schedule="0 6 * *", start_date=datetime(2026, 1, 1)):  # right: with DAG("schedules_cron_of_four_fields", schedule="0 6 * * *", start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="fetch", bash_command="make fetch")
