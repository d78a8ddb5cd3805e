"""
An operator that checks a table, without the table.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLTableCheckOperator
from airflow.sdk import DAG

with DAG("operators_table_forgotten", schedule=None):
    SQLTableCheckOperator(task_id="work", checks={"rows": {"check_statement": "COUNT(*) > 0"}})  # right: SQLTableCheckOperator(task_id="work", table="orders", checks={"rows": {"check_statement": "COUNT(*) > 0"}})
