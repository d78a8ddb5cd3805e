"""
A function that returns one key, in `branches`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a branch of Airflow's returns one id or several.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branches, task  # right: from flowkit import Pipeline, branch, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


register(
    Pipeline("branching_one_by_branches")
    .task("choose", branches(day).to({"weekday": task("work"), "weekend": task("rest")}))  # right: .task("choose", branch(day).to({"weekday": task("work"), "weekend": task("rest")}))
)
