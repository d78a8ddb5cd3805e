"""
Assets joined by Python's `and`, which gives only the last of them.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.sdk import Asset

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("assets_assets_joined_with_and", schedule=Asset("orders") and "refunds")  # right: Pipeline("assets_assets_joined_with_and", schedule=Asset("orders") & Asset("refunds"))
    .task("fetch", python(fetch_orders))
)
