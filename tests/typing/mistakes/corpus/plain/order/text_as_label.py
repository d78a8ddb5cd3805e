"""
A text where a label stands.
"""
# Caught by: pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Label


with DAG("order_text_as_label", schedule=None):
    fetch, clean = EmptyOperator(task_id="fetch"), EmptyOperator(task_id="clean")
    fetch >> "late" >> clean  # right: fetch >> Label("late") >> clean
