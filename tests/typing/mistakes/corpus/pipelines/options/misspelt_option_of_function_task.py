"""
A misspelt option of a task that calls a function.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from datetime import timedelta

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


fetched = task("fetch", python(fetch_orders), retry_dely=timedelta(minutes=5))  # right: fetched = task("fetch", python(fetch_orders), retry_delay=timedelta(minutes=5))
register(Pipeline("options_misspelt_option_of_function_task").then(fetched))
