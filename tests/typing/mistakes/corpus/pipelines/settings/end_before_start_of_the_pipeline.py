"""
A pipeline that ends before it starts.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from datetime import datetime

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("settings_end_before_start_of_the_pipeline", schedule="@daily", start_date=datetime(2026, 1, 1), end_date=datetime(2025, 12, 31)).task("fetch", python(fetch_orders)))  # right: register(Pipeline("settings_end_before_start_of_the_pipeline", schedule="@daily", start_date=datetime(2026, 1, 1), end_date=datetime(2026, 12, 31)).task("fetch", python(fetch_orders)))
