"""
Catch-up without a start date.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("schedules_catchup_without_start", schedule="@daily", catchup=True).task("fetch", python(fetch_orders)))  # right: register(Pipeline("schedules_catchup_without_start", schedule="@daily", catchup=False).task("fetch", python(fetch_orders)))
