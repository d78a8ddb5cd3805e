"""
A number, where an operator takes the id of a connection.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_connection_as_number").task("work", operator(SQLExecuteQueryOperator, sql="DELETE FROM orders", conn_id=1)))  # right: register(Pipeline("operators_connection_as_number").task("work", operator(SQLExecuteQueryOperator, sql="DELETE FROM orders", conn_id="1")))
