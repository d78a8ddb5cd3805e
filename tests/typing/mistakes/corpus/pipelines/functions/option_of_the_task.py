"""
An option of the task among the arguments of the function.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


register(Pipeline("functions_option_of_the_task").task("total", python(add_up, [19.90], retries=3)))  # right: register(Pipeline("functions_option_of_the_task").task("total", python(add_up, [19.90]), retries=3))
