"""
A group that returns a task which is not in it.
"""
# Caught by: flowkit check, parse.
# In plain Airflow: cannot be made: a group returns what its function returns.

from __future__ import annotations

from flowkit import Group, Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def count(names: list[str]) -> int:
    return len(names)


names = task("names", python(fetch_names))
layer = Group("ingestion").task("begin").returns(names)  # right: layer = Group("ingestion").task("begin").then(names).returns(names)
register(Pipeline("groups_returns_a_stranger").then(layer).task("count", python(count, layer.output)))
