"""
An operator for SQL without a statement.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG

with DAG("operators_statement_forgotten", schedule=None):
    SQLExecuteQueryOperator(task_id="work", conn_id="warehouse")  # right: SQLExecuteQueryOperator(task_id="work", sql="DELETE FROM orders", conn_id="warehouse")
