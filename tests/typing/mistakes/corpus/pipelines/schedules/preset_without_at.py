"""
A preset without its sign.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from datetime import datetime

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("schedules_preset_without_at", schedule="daily", start_date=datetime(2026, 1, 1))  # right: Pipeline("schedules_preset_without_at", schedule="@daily", start_date=datetime(2026, 1, 1))
    .task("fetch", python(fetch_orders))
)
