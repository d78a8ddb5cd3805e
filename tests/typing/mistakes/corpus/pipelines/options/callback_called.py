"""
A callback that is called, and not handed over.
"""
# Caught by: zuban, mypy.

from __future__ import annotations

from typing import Any

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


def page_somebody(context: Any) -> None:
    print("failed")


register(
    Pipeline("options_callback_called")
    .task("total", python(add_up, [1.5]), on_failure_callback=page_somebody({}))  # right: .task("total", python(add_up, [1.5]), on_failure_callback=page_somebody)
)
