"""
A misspelt argument of the operator's own.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_misspelt_own_argument", schedule=None):
    BashOperator(task_id="make", bash_comand="make")  # right: BashOperator(task_id="make", bash_command="make")
