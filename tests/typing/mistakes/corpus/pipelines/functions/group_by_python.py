"""
A function that makes a group, in `python`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a group is made by its own decorator.

from __future__ import annotations

from flowkit import Group, Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def report(region: str) -> Group[None]:
    return Group("report").task("tell", python(tell, region))


register(Pipeline("functions_group_by_python").task("report", python(report, "north")))  # right: register(Pipeline("functions_group_by_python").then(report("north")))
