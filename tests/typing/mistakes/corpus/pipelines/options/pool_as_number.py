"""
The number of slots instead of the name of the pool.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


register(
    Pipeline("options_pool_as_number")
    .task("total", python(add_up, [1.5]), pool=3)  # right: .task("total", python(add_up, [1.5]), pool="small", pool_slots=3)
)
