"""
A task without an id.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("ids_id_forgotten", schedule=None):
    BashOperator(bash_command="make fetch")  # right: BashOperator(task_id="fetch", bash_command="make fetch")
