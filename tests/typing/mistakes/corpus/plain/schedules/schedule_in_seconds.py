"""
A schedule as a number of seconds.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from datetime import datetime  # right: from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("schedules_schedule_in_seconds", schedule=3600, start_date=datetime(2026, 1, 1)):  # right: with DAG("schedules_schedule_in_seconds", schedule=timedelta(hours=1), start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="fetch", bash_command="make fetch")
