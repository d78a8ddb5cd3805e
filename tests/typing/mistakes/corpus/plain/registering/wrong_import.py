"""
A name that flowkit does not have.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from airflow.sdk import Dag  # right: from airflow.sdk import DAG

with Dag("registering_wrong_import", schedule=None):  # right: with DAG("registering_wrong_import", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch")
