"""
A calculation with an output while the pipeline is built.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


def store(amounts: list[float], table: str) -> None:
    print(table, amounts)


fetched = task("total", python(add_up, [1.5]))
register(
    Pipeline("data_calculation")
    .then(fetched)
    .task("store", python(store, [fetched.output * 2], table="sales"))  # right: .task("store", python(store, [fetched.output], table="sales"))
)
