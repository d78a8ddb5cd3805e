"""
The targets of a branch without their keys.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a branch of Airflow's returns the id of a task.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


work, rest = task("work"), task("rest")
register(Pipeline("branching_targets_in_a_list").task("choose", branch(day).to([work, rest])))  # right: register(Pipeline("branching_targets_in_a_list").task("choose", branch(day).to({"weekday": work, "weekend": rest})))
