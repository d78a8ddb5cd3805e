"""
A list, where an operator takes the checks of each column by its name.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, parse.

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLColumnCheckOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_checks_as_list").task("work", operator(SQLColumnCheckOperator, table="orders", column_mapping=["id"])))  # right: register(Pipeline("operators_checks_as_list").task("work", operator(SQLColumnCheckOperator, table="orders", column_mapping={"id": {"null_check": {"equal_to": 0}}})))
