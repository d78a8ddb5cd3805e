"""
One group in two places.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a group is placed where it is made.

from __future__ import annotations

from flowkit import Group, Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


layer = Group("ingestion").task("fetch", python(fetch_orders))
register(
    Pipeline("groups_placed_twice")
    .then(layer)
    .task("between")
    .then(layer)  # right: .task("after")
)
