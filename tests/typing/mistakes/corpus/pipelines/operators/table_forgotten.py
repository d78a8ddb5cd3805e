"""
An operator that checks a table, without the table.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLTableCheckOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_table_forgotten").task("work", operator(SQLTableCheckOperator, checks={"rows": {"check_statement": "COUNT(*) > 0"}})))  # right: register(Pipeline("operators_table_forgotten").task("work", operator(SQLTableCheckOperator, table="orders", checks={"rows": {"check_statement": "COUNT(*) > 0"}})))
