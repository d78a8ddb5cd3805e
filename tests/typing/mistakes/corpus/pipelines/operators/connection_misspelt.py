"""
The id of a connection under the name that other operators have for it.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_connection_misspelt").task("work", operator(SQLExecuteQueryOperator, sql="DELETE FROM orders", sql_conn_id="warehouse")))  # right: register(Pipeline("operators_connection_misspelt").task("work", operator(SQLExecuteQueryOperator, sql="DELETE FROM orders", conn_id="warehouse")))
