"""
A file of SQL that does not exist, where the operator reads a template.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG

with DAG("operators_file_of_no_template", schedule=None):
    SQLExecuteQueryOperator(task_id="work", sql="sql/no_such_file.sql", conn_id="warehouse")  # right: SQLExecuteQueryOperator(task_id="work", sql="SELECT 1", conn_id="warehouse")
