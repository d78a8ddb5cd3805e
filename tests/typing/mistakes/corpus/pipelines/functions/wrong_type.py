"""
A text where the function takes a list of numbers.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


register(Pipeline("functions_wrong_type").task("total", python(add_up, "19.90")))  # right: register(Pipeline("functions_wrong_type").task("total", python(add_up, [19.90])))
