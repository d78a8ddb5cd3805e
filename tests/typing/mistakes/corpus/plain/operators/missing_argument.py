"""
An argument that the operator needs.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_missing_argument", schedule=None):
    BashOperator(task_id="make", cwd="/srv")  # right: BashOperator(task_id="make", bash_command="make", cwd="/srv")
