"""
A task_id with a space.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("ids_space_in_task_id")
    .task("fetch orders", python(fetch_orders))  # right: .task("fetch_orders", python(fetch_orders))
)
