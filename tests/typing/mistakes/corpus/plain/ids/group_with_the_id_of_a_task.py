"""
A group and a task with one id.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, TaskGroup

with DAG("ids_group_with_the_id_of_a_task", schedule=None):
    BashOperator(task_id="ingestion", bash_command="make begin")
    with TaskGroup("ingestion"):  # right: with TaskGroup("ingestion_layer"):
        BashOperator(task_id="fetch", bash_command="make fetch")
