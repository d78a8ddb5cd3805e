"""
An arrow from a task to a pipeline.
"""
# Caught by: pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("order_arrow_to_a_pipeline", schedule=None) as sales:
    first = EmptyOperator(task_id="first")
    first >> sales  # right: first >> EmptyOperator(task_id="last")
