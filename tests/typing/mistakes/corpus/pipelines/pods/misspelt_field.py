"""
A misspelt field of a pod.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_misspelt_field").task("fetch", python(fetch_orders), pod=Pod(cpus="2")))  # right: register(Pipeline("pods_misspelt_field").task("fetch", python(fetch_orders), pod=Pod(cpu="2")))
