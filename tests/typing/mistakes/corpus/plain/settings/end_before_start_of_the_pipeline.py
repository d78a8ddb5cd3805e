"""
A pipeline that ends before it starts.
"""
# Caught by: nothing.

from __future__ import annotations

from datetime import datetime

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("settings_end_before_start_of_the_pipeline", schedule="@daily", start_date=datetime(2026, 1, 1), end_date=datetime(2025, 12, 31)):  # right: with DAG("settings_end_before_start_of_the_pipeline", schedule="@daily", start_date=datetime(2026, 1, 1), end_date=datetime(2026, 12, 31)):
    fetch_orders()
