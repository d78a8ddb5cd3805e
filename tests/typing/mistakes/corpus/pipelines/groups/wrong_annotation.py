"""
A function that returns a group with another output than it says.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.
# In plain Airflow: cannot be made: the output of a group has no type.

from __future__ import annotations

from flowkit import Group, Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def ingestion() -> Group[list[float]]:  # right: def ingestion() -> Group[list[str]]:
    names = task("names", python(fetch_names))
    return Group("ingestion").then(names).returns(names)


layer = ingestion()
register(Pipeline("groups_wrong_annotation").then(layer).task("total", python(print, layer.output)))
