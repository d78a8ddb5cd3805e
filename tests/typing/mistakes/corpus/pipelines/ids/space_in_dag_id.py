"""
A dag_id with a space.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("space in dag id")  # right: Pipeline("space_in_dag_id")
    .task("fetch", python(fetch_orders))
)
