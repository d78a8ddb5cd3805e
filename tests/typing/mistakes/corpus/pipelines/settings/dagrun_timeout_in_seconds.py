"""
A timeout of the run as a number.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

# right: from datetime import timedelta

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("settings_dagrun_timeout_in_seconds", dagrun_timeout=3600)  # right: Pipeline("settings_dagrun_timeout_in_seconds", dagrun_timeout=timedelta(hours=1))
    .task("fetch", python(fetch_orders))
)
