"""
A function of a branch that is called, and not handed over.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


work, rest = task("work"), task("rest")
register(Pipeline("branching_function_called").task("choose", branch(day()).to({"weekday": work, "weekend": rest})))  # right: register(Pipeline("branching_function_called").task("choose", branch(day).to({"weekday": work, "weekend": rest})))
