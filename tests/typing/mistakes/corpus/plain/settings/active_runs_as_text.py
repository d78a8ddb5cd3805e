"""
The number of runs at one time written as text.
"""
# Caught by: pyrefly, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("settings_active_runs_as_text", schedule=None, max_active_runs="1"):  # right: with DAG("settings_active_runs_as_text", schedule=None, max_active_runs=1):
    BashOperator(task_id="fetch", bash_command="make fetch")
