"""
A callback that does not take the context which Airflow gives it.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

# right: from typing import Any

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


def page_somebody() -> None:  # right: def page_somebody(context: Any) -> None:
    print("failed")


register(
    Pipeline("options_callback_without_context")
    .task("total", python(add_up, [1.5]), on_failure_callback=page_somebody)
)
