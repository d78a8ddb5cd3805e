"""
The names of shops given to a function that adds up amounts.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


def count(names: list[str]) -> int:
    return len(names)


names = task("names", python(fetch_names))
register(
    Pipeline("data_wrong_type_between_functions")
    .then(names)
    .task("total", python(add_up, names.output))  # right: .task("total", python(count, names.output))
)
