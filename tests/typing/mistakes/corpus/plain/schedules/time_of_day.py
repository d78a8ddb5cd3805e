"""
A time of day instead of a schedule.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from datetime import datetime, time  # right: from datetime import datetime

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("schedules_time_of_day", schedule=time(6), start_date=datetime(2026, 1, 1)):  # right: with DAG("schedules_time_of_day", schedule="@daily", start_date=datetime(2026, 1, 1)):
    fetch_orders()
