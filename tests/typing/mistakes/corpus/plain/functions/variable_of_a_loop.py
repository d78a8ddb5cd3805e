"""
A function that reads the variable of a loop.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG


def load(table: str) -> None:
    print(table)


with DAG("functions_variable_of_a_loop", schedule=None):
    for table in ["orders", "customers"]:
        PythonOperator(task_id=f"load_{table}", python_callable=lambda: load(table))  # right: PythonOperator(task_id=f"load_{table}", python_callable=load, op_args=[table])
