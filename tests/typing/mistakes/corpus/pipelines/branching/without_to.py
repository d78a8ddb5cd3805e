"""
A branch that says nowhere where its keys lead.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a branch of Airflow's returns the id of a task.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch  # right: from flowkit import Pipeline, branch, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


register(
    Pipeline("branching_without_to")
    .task("choose", branch(day))  # right: .task("choose", branch(day).to({"weekday": task("work"), "weekend": ()}))
)
