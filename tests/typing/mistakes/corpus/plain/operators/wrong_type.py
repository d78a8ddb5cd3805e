"""
The environment of a command as text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_wrong_type", schedule=None):
    BashOperator(task_id="make", bash_command="make", env="A=b")  # right: BashOperator(task_id="make", bash_command="make", env={"A": "b"})
