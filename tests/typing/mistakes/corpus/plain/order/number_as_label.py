"""
A number as the text of an edge.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Label

with DAG("order_number_as_label", schedule=None):
    first, last = EmptyOperator(task_id="first"), EmptyOperator(task_id="last")
    first >> Label(3) >> last  # right: first >> Label("3") >> last
