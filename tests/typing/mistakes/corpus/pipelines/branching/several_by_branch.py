"""
A function that returns several keys, in `branch`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a branch of Airflow's returns one id or several.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, task  # right: from flowkit import Pipeline, branches, task
from flowkit.airflow.dags import register


def days() -> list[Literal["weekday", "weekend"]]:
    return ["weekday"]


register(
    Pipeline("branching_several_by_branch")
    .task("choose", branch(days).to({"weekday": task("work"), "weekend": task("rest")}))  # right: .task("choose", branches(days).to({"weekday": task("work"), "weekend": task("rest")}))
)
