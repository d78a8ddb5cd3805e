"""
A misspelt option of a task that calls a function.
"""
# Caught by: parse.

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, task


@task(retry_dely=timedelta(minutes=5))  # right: @task(retry_delay=timedelta(minutes=5))
def fetch() -> list[float]:
    return [19.9, 5.0]


with DAG("options_misspelt_option_of_function_task", schedule=None):
    fetch()
