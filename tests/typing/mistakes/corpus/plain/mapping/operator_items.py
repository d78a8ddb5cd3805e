"""
An argument of an operator, mapped over numbers where it takes texts.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("mapping_operator_items", schedule=None):
    BashOperator.partial(task_id="make").expand(bash_command=[1, 2])  # right: BashOperator.partial(task_id="make").expand(bash_command=["make 1", "make 2"])
