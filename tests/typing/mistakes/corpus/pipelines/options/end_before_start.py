"""
A task that ends before the pipeline starts, so that no run has it.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from datetime import datetime

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("options_end_before_start", start_date=datetime(2026, 1, 1))
    .task("fetch", python(fetch_orders), end_date=datetime(2025, 12, 31))  # right: .task("fetch", python(fetch_orders), end_date=datetime(2026, 12, 31))
)
