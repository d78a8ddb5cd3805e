"""
A misspelt argument of an operator for SQL.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_autocommit_misspelt").task("work", operator(SQLExecuteQueryOperator, sql="DELETE FROM orders", conn_id="warehouse", autocomit=True)))  # right: register(Pipeline("operators_autocommit_misspelt").task("work", operator(SQLExecuteQueryOperator, sql="DELETE FROM orders", conn_id="warehouse", autocommit=True)))
