"""
The name of a user instead of its number.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_user_by_name").task("fetch", python(fetch_orders), pod=Pod(run_as_user="airflow")))  # right: register(Pipeline("pods_user_by_name").task("fetch", python(fetch_orders), pod=Pod(run_as_user=50000)))
