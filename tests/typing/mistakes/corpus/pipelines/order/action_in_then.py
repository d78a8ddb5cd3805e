"""
An action in `.then` instead of a task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: there is no chain.

from __future__ import annotations

from flowkit import Pipeline, python  # right: from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("order_action_in_then").then(python(fetch_orders)))  # right: register(Pipeline("order_action_in_then").then(task("fetch", python(fetch_orders))))
