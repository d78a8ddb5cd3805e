"""
A date written as text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

# right: from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("settings_start_date_as_text", schedule=None, start_date="2026-01-01"):  # right: with DAG("settings_start_date_as_text", schedule=None, start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="fetch", bash_command="make fetch")
