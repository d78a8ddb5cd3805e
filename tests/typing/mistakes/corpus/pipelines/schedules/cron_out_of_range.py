"""
A minute that no hour has.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from datetime import datetime

from flowkit import Pipeline, cron, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("schedules_cron_out_of_range", schedule=cron("60 * * * *"), start_date=datetime(2026, 1, 1))  # right: Pipeline("schedules_cron_out_of_range", schedule=cron("0 * * * *"), start_date=datetime(2026, 1, 1))
    .task("fetch", python(fetch_orders))
)
