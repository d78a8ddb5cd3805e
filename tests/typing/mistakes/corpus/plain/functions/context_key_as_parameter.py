"""
A parameter with the name of a key of Airflow's context, and a default of its own.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def load(table: str, conn: str = "warehouse") -> None:  # right: def load(table: str, connection: str = "warehouse") -> None:
    print(table)


with DAG("functions_context_key_as_parameter", schedule=None):
    load("orders")
