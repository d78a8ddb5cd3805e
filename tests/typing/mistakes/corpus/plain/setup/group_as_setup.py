"""
A group among the setups of a teardown.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, TaskGroup

with DAG("setup_group_as_setup", schedule=None):
    with TaskGroup("cluster") as cluster:
        create = BashOperator(task_id="create", bash_command="make cluster").as_setup()
    fetch = BashOperator(task_id="fetch", bash_command="make fetch")
    cluster >> fetch >> BashOperator(task_id="delete", bash_command="make clean").as_teardown(setups=cluster)  # right: cluster >> fetch >> BashOperator(task_id="delete", bash_command="make clean").as_teardown(setups=create)
