"""
Two tasks with one id, after copying a line.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("ids_same_task_id_twice", schedule=None):
    fetch = BashOperator(task_id="fetch", bash_command="make fetch")
    fetch >> BashOperator(task_id="fetch", bash_command="make tell")  # right: fetch >> BashOperator(task_id="tell", bash_command="make tell")
