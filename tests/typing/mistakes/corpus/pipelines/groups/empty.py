"""
A group whose tasks were not kept.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a task is in the group as soon as it is made.

from __future__ import annotations

from flowkit import Group, Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


layer = Group("ingestion")
layer.task("fetch", python(fetch_orders))  # right: layer = layer.task("fetch", python(fetch_orders))
register(Pipeline("groups_empty").then(layer))
