"""
A number written as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


register(
    Pipeline("options_retries_as_text")
    .task("total", python(add_up, [1.5]), retries="3")  # right: .task("total", python(add_up, [1.5]), retries=3)
)
