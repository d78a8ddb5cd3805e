"""
The id of a task in a `chain`.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, chain

with DAG("order_id_in_a_chain", schedule=None):
    first, last = EmptyOperator(task_id="first"), EmptyOperator(task_id="last")
    chain(first, "last")  # right: chain(first, last)
