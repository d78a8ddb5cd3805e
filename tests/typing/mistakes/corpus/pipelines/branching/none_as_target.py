"""
None as the target of a key that runs nothing.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a branch of Airflow's returns None itself.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


work = task("work")
register(Pipeline("branching_none_as_target").task("choose", branch(day).to({"weekday": work, "weekend": None})))  # right: register(Pipeline("branching_none_as_target").task("choose", branch(day).to({"weekday": work, "weekend": ()})))
