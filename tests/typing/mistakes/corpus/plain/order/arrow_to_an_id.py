"""
An arrow to the id of a task.
"""
# Caught by: pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("order_arrow_to_an_id", schedule=None):
    a = EmptyOperator(task_id="a")
    a >> "b"  # right: a >> EmptyOperator(task_id="b")
