"""
The name that the schedule had in Airflow 2.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("settings_schedule_interval", schedule_interval="@daily"):  # right: with DAG("settings_schedule_interval", schedule="@daily"):
    BashOperator(task_id="fetch", bash_command="make fetch")
