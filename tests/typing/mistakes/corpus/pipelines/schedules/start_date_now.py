"""
A start date that moves with the clock, so that no interval ever ends.
"""
# Caught by: flowkit check.

from __future__ import annotations

from datetime import datetime

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("schedules_start_date_now", schedule="@daily", start_date=datetime.now())  # right: Pipeline("schedules_start_date_now", schedule="@daily", start_date=datetime(2026, 1, 1))
    .task("fetch", python(fetch_orders))
)
