"""
A timeout as a number of seconds, where Airflow takes a timedelta.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

# right: from datetime import timedelta

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


register(
    Pipeline("options_timeout_in_seconds")
    .task("total", python(add_up, [1.5]), execution_timeout=300)  # right: .task("total", python(add_up, [1.5]), execution_timeout=timedelta(seconds=300))
)
