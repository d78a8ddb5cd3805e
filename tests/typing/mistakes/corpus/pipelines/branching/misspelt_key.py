"""
A misspelt key of a branch.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


work, rest = task("work"), task("rest")
register(
    Pipeline("branching_misspelt_key")
    .task("choose", branch(day).to({"weekday": work, "wekend": rest}))  # right: .task("choose", branch(day).to({"weekday": work, "weekend": rest}))
)
