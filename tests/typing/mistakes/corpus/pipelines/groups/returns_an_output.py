"""
A group that returns the output of a task instead of the task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a group returns what its function returns.

from __future__ import annotations

from flowkit import Group, Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


fetched = task("fetch", python(fetch_orders))
layer = Group("layer").then(fetched).returns(fetched.output)  # right: layer = Group("layer").then(fetched).returns(fetched)
register(Pipeline("groups_returns_an_output").then(layer))
