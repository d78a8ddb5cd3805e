"""
Catch-up without a start date.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("schedules_catchup_without_start", schedule="@daily", catchup=True):  # right: with DAG("schedules_catchup_without_start", schedule="@daily", catchup=False):
    BashOperator(task_id="fetch", bash_command="make fetch")
