"""
An outlet that is a text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

# right: from airflow.sdk import Asset

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("assets_outlet_as_text")
    .task("fetch", python(fetch_orders), outlets="orders")  # right: .task("fetch", python(fetch_orders), outlets=[Asset("orders")])
)
