"""
A number among the variables of the environment, which are texts.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_number_in_the_environment").task("fetch", python(fetch_orders), pod=Pod(env={"ROWS": 100})))  # right: register(Pipeline("pods_number_in_the_environment").task("fetch", python(fetch_orders), pod=Pod(env={"ROWS": "100"})))
