"""
A number as the id of a task made in a loop.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("ids_number_as_id", schedule=None):
    for number in range(3):
        BashOperator(task_id=number, bash_command="make tell")  # right: BashOperator(task_id=f"tell_{number}", bash_command="make tell")
