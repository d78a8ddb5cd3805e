"""
The output of a group, given to a function of another type.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Group, Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


def count(names: list[str]) -> int:
    return len(names)


def ingestion() -> Group[list[str]]:
    names = task("names", python(fetch_names))
    return Group("ingestion").then(names).returns(names)


layer = ingestion()
register(Pipeline("groups_output_of_the_wrong_type").then(layer).task("total", python(add_up, layer.output)))  # right: register(Pipeline("groups_output_of_the_wrong_type").then(layer).task("total", python(count, layer.output)))
