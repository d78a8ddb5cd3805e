"""
An operator for SQL without a statement.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_statement_forgotten").task("work", operator(SQLExecuteQueryOperator, conn_id="warehouse")))  # right: register(Pipeline("operators_statement_forgotten").task("work", operator(SQLExecuteQueryOperator, sql="DELETE FROM orders", conn_id="warehouse")))
