"""
Whether a pipeline catches up, as text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("settings_catchup_as_text", schedule=None, catchup="no"):  # right: with DAG("settings_catchup_as_text", schedule=None, catchup=False):
    fetch_orders()
