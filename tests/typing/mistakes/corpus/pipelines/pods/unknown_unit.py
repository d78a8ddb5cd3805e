"""
A unit that Kubernetes does not know.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_unknown_unit").task("fetch", python(fetch_orders), pod=Pod(memory="2GB")))  # right: register(Pipeline("pods_unknown_unit").task("fetch", python(fetch_orders), pod=Pod(memory="2Gi")))
