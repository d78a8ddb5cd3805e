"""
A date written as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

# right: from datetime import datetime

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("settings_start_date_as_text", start_date="2026-01-01")  # right: Pipeline("settings_start_date_as_text", start_date=datetime(2026, 1, 1))
    .task("fetch", python(fetch_orders))
)
