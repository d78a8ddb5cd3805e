"""
A label that leads to no task.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Label


with DAG("order_label_at_the_end", schedule=None):
    fetch, clean = EmptyOperator(task_id="fetch"), EmptyOperator(task_id="clean")
    fetch >> Label("late")  # right: fetch >> Label("late") >> clean
