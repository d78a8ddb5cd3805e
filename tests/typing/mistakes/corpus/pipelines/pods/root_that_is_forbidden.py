"""
The user root, where root is forbidden.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_root_that_is_forbidden").task("fetch", python(fetch_orders), pod=Pod(run_as_user=0, run_as_non_root=True)))  # right: register(Pipeline("pods_root_that_is_forbidden").task("fetch", python(fetch_orders), pod=Pod(run_as_user=50000, run_as_non_root=True)))
