"""
The name that the schedule had in Airflow 2.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("settings_schedule_interval", schedule_interval="@daily")  # right: Pipeline("settings_schedule_interval", schedule="@daily")
    .task("fetch", python(fetch_orders))
)
