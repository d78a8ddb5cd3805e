"""
Two files with one dag_id, of which Airflow keeps one without a word.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("registering_two_files", schedule=None):  # right: with DAG("registering_two_files_too", schedule=None):
    fetch_orders()
