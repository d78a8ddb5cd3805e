"""
A quantity as a number.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: Kubernetes' client takes numbers.

from __future__ import annotations

from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_number").task("fetch", python(fetch_orders), pod=Pod(cpu=2)))  # right: register(Pipeline("pods_number").task("fetch", python(fetch_orders), pod=Pod(cpu="2")))
