"""
A duration alone, where a deadline says since when and what then.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from datetime import timedelta  # right:

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("settings_deadline_as_a_duration", schedule=None, deadline=timedelta(hours=1)):  # right: with DAG("settings_deadline_as_a_duration", schedule=None):
    fetch_orders()
