"""
A number, where an operator takes the id of a connection.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG

with DAG("operators_connection_as_number", schedule=None):
    SQLExecuteQueryOperator(task_id="work", sql="DELETE FROM orders", conn_id=1)  # right: SQLExecuteQueryOperator(task_id="work", sql="DELETE FROM orders", conn_id="1")
