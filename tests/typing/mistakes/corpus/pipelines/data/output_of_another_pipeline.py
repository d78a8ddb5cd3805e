"""
The output of a task of another pipeline.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


fetched = task("fetch", python(fetch_orders))
register(
    Pipeline("orders_of_another_pipeline").then(fetched),
    Pipeline("data_output_of_another_pipeline").task("total", python(add_up, fetched.output)),  # right: Pipeline("data_output_of_another_pipeline").task("total", python(add_up, [1.5])),
)
