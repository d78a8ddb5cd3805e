"""
The task, and not its output, as an argument.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


fetched = task("fetch", python(fetch_orders))
register(
    Pipeline("data_the_task_itself")
    .then(fetched)
    .task("total", python(add_up, fetched))  # right: .task("total", python(add_up, fetched.output))
)
