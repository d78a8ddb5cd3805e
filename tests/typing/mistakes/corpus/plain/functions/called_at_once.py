"""
A function that is called when the file is loaded, not by the task.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG


def total() -> float:
    return 19.9


with DAG("functions_called_at_once", schedule=None):
    PythonOperator(task_id="total", python_callable=total())  # right: PythonOperator(task_id="total", python_callable=total)
