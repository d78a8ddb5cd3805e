"""
An asset given by its name alone.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

# right: from airflow.sdk import Asset

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("assets_asset_by_name", schedule=["orders"])  # right: Pipeline("assets_asset_by_name", schedule=[Asset("orders")])
    .task("fetch", python(fetch_orders))
)
