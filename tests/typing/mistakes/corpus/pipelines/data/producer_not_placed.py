"""
The output of a task that is in no pipeline.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a task is in the DAG as soon as it is made.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


fetched = task("fetch", python(fetch_orders))
register(
    Pipeline("data_producer_not_placed")
    # right: .then(fetched)
    .task("total", python(add_up, fetched.output))
)
