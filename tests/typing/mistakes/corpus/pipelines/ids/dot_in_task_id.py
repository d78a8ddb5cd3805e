"""
A dot in a task_id, to put the task into a group.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("ids_dot_in_task_id")
    .group("ingestion")
    .task("fetch", python(fetch_orders))
    .end()
    .task("ingestion.fetch", python(fetch_orders))  # right: .task("fetch", python(fetch_orders))
)
