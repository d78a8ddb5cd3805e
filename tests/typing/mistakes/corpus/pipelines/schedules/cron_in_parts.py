"""
A cron expression given field by field.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a cron expression is a text there.

from __future__ import annotations

from datetime import datetime

from flowkit import Pipeline, cron, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("schedules_cron_in_parts", schedule=cron("0", "6", "*", "*", "*"), start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))  # right: register(Pipeline("schedules_cron_in_parts", schedule=cron("0 6 * * *"), start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))
