"""
Arguments as PythonOperator takes them.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG


def total(amounts: list[float]) -> float:
    return sum(amounts)


with DAG("functions_arguments_of_the_operator", schedule=None):
    PythonOperator(task_id="total", python_callable=total, op_arg=[[19.90]])  # right: PythonOperator(task_id="total", python_callable=total, op_args=[[19.90]])
