"""
A task_id with a space.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("ids_space_in_task_id", schedule=None):
    BashOperator(task_id="fetch orders", bash_command="make fetch")  # right: BashOperator(task_id="fetch_orders", bash_command="make fetch")
