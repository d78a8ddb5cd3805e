"""
A file of SQL that does not exist, where the operator reads a template.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_file_of_no_template").task("work", operator(SQLExecuteQueryOperator, sql="sql/no_such_file.sql", conn_id="warehouse")))  # right: register(Pipeline("operators_file_of_no_template").task("work", operator(SQLExecuteQueryOperator, sql="SELECT 1", conn_id="warehouse")))
