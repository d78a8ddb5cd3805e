"""
Tasks that wait for each other.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("order_cycle", schedule=None):
    a, b, c = EmptyOperator(task_id="a"), EmptyOperator(task_id="b"), EmptyOperator(task_id="c")
    a >> b >> c >> a  # right: a >> b >> c
