"""
A command as a list of words, as `subprocess` takes it.
"""
# Caught by: zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_command_as_list", schedule=None):
    BashOperator(task_id="make", bash_command=["make", "all"])  # right: BashOperator(task_id="make", bash_command="make all")
