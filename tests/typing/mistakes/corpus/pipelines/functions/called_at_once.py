"""
A function that is called when the file is loaded, not by the task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


register(Pipeline("functions_called_at_once").task("total", python(add_up([19.90]))))  # right: register(Pipeline("functions_called_at_once").task("total", python(add_up, [19.90])))
