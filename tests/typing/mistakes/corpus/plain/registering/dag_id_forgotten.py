"""
A pipeline without a dag_id.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG(schedule="@daily"):  # right: with DAG("registering_dag_id_forgotten", schedule="@daily"):
    fetch_orders()
