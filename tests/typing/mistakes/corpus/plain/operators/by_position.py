"""
The argument of an operator by its position.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_by_position", schedule=None):
    BashOperator("make", bash_command="make")  # right: BashOperator(task_id="make", bash_command="make")
