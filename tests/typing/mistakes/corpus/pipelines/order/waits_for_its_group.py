"""
A task that waits for the group that it stands in.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("order_waits_for_its_group")
    .group("ingestion")
    .task("fetch", python(fetch_orders), after="ingestion")  # right: .task("fetch", python(fetch_orders))
    .end()
)
