"""
An argument too many.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


register(Pipeline("functions_too_many_arguments").task("total", python(add_up, [19.90], "sales")))  # right: register(Pipeline("functions_too_many_arguments").task("total", python(add_up, [19.90])))
