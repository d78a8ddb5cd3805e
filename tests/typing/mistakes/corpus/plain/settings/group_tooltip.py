"""
A misspelt setting of a group.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, TaskGroup

with DAG("settings_group_tooltip", schedule=None):
    with TaskGroup("ingestion", tool_tip="From the tills"):  # right: with TaskGroup("ingestion", tooltip="From the tills"):
        BashOperator(task_id="fetch", bash_command="make fetch")
