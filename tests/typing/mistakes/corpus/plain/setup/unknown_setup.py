"""
A teardown of a setup that does not exist.
"""
# Caught by: pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("setup_unknown_setup", schedule=None):
    create = BashOperator(task_id="create_cluster", bash_command="make cluster").as_setup()
    fetch = BashOperator(task_id="fetch", bash_command="make fetch")
    delete = BashOperator(task_id="delete_cluster", bash_command="make clean").as_teardown(setups="make_cluster")  # right: delete = BashOperator(task_id="delete_cluster", bash_command="make clean").as_teardown(setups=create)
    create >> fetch >> delete
