"""
A pipeline that is never registered.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


sales = Pipeline("registering_forgotten").task("fetch", python(fetch_orders))
register()  # right: register(sales)
