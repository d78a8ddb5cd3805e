"""
A limit below the request.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_limit_below_request").task("fetch", python(fetch_orders), pod=Pod(memory="4Gi", memory_limit="2Gi")))  # right: register(Pipeline("pods_limit_below_request").task("fetch", python(fetch_orders), pod=Pod(memory="2Gi", memory_limit="4Gi")))
