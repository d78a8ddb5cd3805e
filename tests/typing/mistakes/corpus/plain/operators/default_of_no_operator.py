"""
A misspelt argument among the defaults of operators.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_default_of_no_operator", schedule=None, default_args={"cdw": "/srv"}):  # right: with DAG("operators_default_of_no_operator", schedule=None, default_args={"cwd": "/srv"}):
    BashOperator(task_id="make", bash_command="make")
