"""
After how many failures a pipeline pauses, as text.
"""
# Caught by: pyrefly, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("settings_failed_runs_as_text", schedule=None, max_consecutive_failed_dag_runs="3"):  # right: with DAG("settings_failed_runs_as_text", schedule=None, max_consecutive_failed_dag_runs=3):
    fetch_orders()
