"""
A timeout of the run as a number.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

# right: from datetime import timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("settings_dagrun_timeout_in_seconds", schedule=None, dagrun_timeout=3600):  # right: with DAG("settings_dagrun_timeout_in_seconds", schedule=None, dagrun_timeout=timedelta(hours=1)):
    BashOperator(task_id="fetch", bash_command="make fetch")
