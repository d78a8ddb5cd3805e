"""
A misspelt option of a teardown.
"""
# Caught by: pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("setup_misspelt_option", schedule=None):
    create = BashOperator(task_id="create", bash_command="make cluster").as_setup()
    fetch = BashOperator(task_id="fetch", bash_command="make fetch")
    create >> fetch >> BashOperator(task_id="delete", bash_command="make clean").as_teardown(setups=create, on_failure_fail_dag_run=True)  # right: create >> fetch >> BashOperator(task_id="delete", bash_command="make clean").as_teardown(setups=create, on_failure_fail_dagrun=True)
