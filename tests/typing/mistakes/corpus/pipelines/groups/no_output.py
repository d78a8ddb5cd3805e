"""
The output of a group that returns nothing.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def count(names: list[str]) -> int:
    return len(names)


names = task("names", python(fetch_names))
layer = Group("ingestion").then(names)  # right: layer = Group("ingestion").then(names).returns(names)
register(Pipeline("groups_no_output").then(layer).task("count", python(count, layer.output)))
