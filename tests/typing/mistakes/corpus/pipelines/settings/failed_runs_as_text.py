"""
After how many failures a pipeline pauses, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("settings_failed_runs_as_text", schedule=None, max_consecutive_failed_dag_runs="3").task("fetch", python(fetch_orders)))  # right: register(Pipeline("settings_failed_runs_as_text", schedule=None, max_consecutive_failed_dag_runs=3).task("fetch", python(fetch_orders)))
