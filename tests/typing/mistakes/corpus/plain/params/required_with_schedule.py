"""
A schedule, and a param that somebody has to enter.
"""
# Caught by: parse.

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param

with DAG("params_required_with_schedule", schedule="@daily", start_date=datetime(2026, 1, 1), params={"rows": Param(type="integer")}):  # right: with DAG("params_required_with_schedule", schedule="@daily", start_date=datetime(2026, 1, 1), params={"rows": Param(100, type="integer")}):
    BashOperator(task_id="fetch", bash_command="make fetch")
