"""
A list, where an operator takes the checks of each column by its name.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLColumnCheckOperator
from airflow.sdk import DAG

with DAG("operators_checks_as_list", schedule=None):
    SQLColumnCheckOperator(task_id="work", table="orders", column_mapping=["id"])  # right: SQLColumnCheckOperator(task_id="work", table="orders", column_mapping={"id": {"null_check": {"equal_to": 0}}})
