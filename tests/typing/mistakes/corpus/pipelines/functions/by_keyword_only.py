"""
An argument by position that a function takes by name only.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def load(table: str, *, full: bool) -> None:
    print(table, full)


register(Pipeline("functions_by_keyword_only").task("load", python(load, "orders", True)))  # right: register(Pipeline("functions_by_keyword_only").task("load", python(load, "orders", full=True)))
