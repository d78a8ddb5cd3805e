"""
A misspelt argument of an operator for SQL.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG

with DAG("operators_autocommit_misspelt", schedule=None):
    SQLExecuteQueryOperator(task_id="work", sql="DELETE FROM orders", conn_id="warehouse", autocomit=True)  # right: SQLExecuteQueryOperator(task_id="work", sql="DELETE FROM orders", conn_id="warehouse", autocommit=True)
