"""
A task given to `register`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: there is no `register`.

from __future__ import annotations

from flowkit import python, task  # right: from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


fetched = task("fetch", python(fetch_orders))
register(fetched)  # right: register(Pipeline("registering_tasks_registered").then(fetched))
