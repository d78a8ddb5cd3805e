"""
A number as the name that is shown.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("settings_display_name_as_number", schedule=None, dag_display_name=2026):  # right: with DAG("settings_display_name_as_number", schedule=None, dag_display_name="2026"):
    fetch_orders()
