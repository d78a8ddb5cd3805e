"""
A dot in a task_id, to put the task into a group.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, TaskGroup

with DAG("ids_dot_in_task_id", schedule=None):
    with TaskGroup("ingestion"):
        BashOperator(task_id="fetch", bash_command="make fetch")
    BashOperator(task_id="ingestion.fetch", bash_command="make fetch")  # right: BashOperator(task_id="fetch", bash_command="make fetch")
