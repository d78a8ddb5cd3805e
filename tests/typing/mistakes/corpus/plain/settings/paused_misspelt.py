"""
The misspelt setting for a pipeline that begins paused.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("settings_paused_misspelt", schedule=None, is_paused_on_creation=True):  # right: with DAG("settings_paused_misspelt", schedule=None, is_paused_upon_creation=True):
    fetch_orders()
