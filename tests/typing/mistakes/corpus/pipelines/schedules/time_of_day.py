"""
A time of day instead of a schedule.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, parse.

from __future__ import annotations

from datetime import datetime, time  # right: from datetime import datetime

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("schedules_time_of_day", schedule=time(6), start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))  # right: register(Pipeline("schedules_time_of_day", schedule="@daily", start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))
