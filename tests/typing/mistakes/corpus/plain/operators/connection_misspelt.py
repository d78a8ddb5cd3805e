"""
The id of a connection under the name that other operators have for it.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG

with DAG("operators_connection_misspelt", schedule=None):
    SQLExecuteQueryOperator(task_id="work", sql="DELETE FROM orders", sql_conn_id="warehouse")  # right: SQLExecuteQueryOperator(task_id="work", sql="DELETE FROM orders", conn_id="warehouse")
