"""
A function that makes a pipeline, given to `register` without a call.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def sales() -> Pipeline:
    return Pipeline("registering_function").task("fetch", python(fetch_orders))


register(sales)  # right: register(sales())
