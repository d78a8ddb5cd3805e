"""
A dag_id with a space.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("space in dag id", schedule=None):  # right: with DAG("space_in_dag_id", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch")
