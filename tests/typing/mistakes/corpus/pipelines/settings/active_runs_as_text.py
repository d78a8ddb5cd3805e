"""
The number of runs at one time written as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("settings_active_runs_as_text", max_active_runs="1")  # right: Pipeline("settings_active_runs_as_text", max_active_runs=1)
    .task("fetch", python(fetch_orders))
)
