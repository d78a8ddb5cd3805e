"""
Assets in a schedule given by their names.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from datetime import datetime

from airflow.sdk import DAG, task  # right: from airflow.sdk import Asset, DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("schedules_assets_by_name", schedule=["orders", "shops"], start_date=datetime(2026, 1, 1)):  # right: with DAG("schedules_assets_by_name", schedule=[Asset("orders"), Asset("shops")], start_date=datetime(2026, 1, 1)):
    fetch_orders()
