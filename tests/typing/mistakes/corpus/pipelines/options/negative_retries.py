"""
A number of retries below nought.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


register(
    Pipeline("options_negative_retries")
    .task("total", python(add_up, [1.5]), retries=-1)  # right: .task("total", python(add_up, [1.5]), retries=0)
)
