"""
An inlet that is a text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

# right: from airflow.sdk import Asset

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("assets_inlet_as_text").task("fetch", python(fetch_orders), inlets="orders"))  # right: register(Pipeline("assets_inlet_as_text").task("fetch", python(fetch_orders), inlets=[Asset("orders")]))
