"""
Assets in a schedule given by their names.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from datetime import datetime

# right: from airflow.sdk import Asset

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("schedules_assets_by_name", schedule=["orders", "shops"], start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))  # right: register(Pipeline("schedules_assets_by_name", schedule=[Asset("orders"), Asset("shops")], start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))
