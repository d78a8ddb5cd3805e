"""
A schedule given to a group.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, TaskGroup

with DAG("groups_schedule_of_a_group", schedule=None):
    with TaskGroup("ingestion", schedule="@daily"):  # right: with TaskGroup("ingestion"):
        BashOperator(task_id="fetch", bash_command="make fetch")
