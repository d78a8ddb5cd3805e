"""
An action as the target of a branch instead of a task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a branch of Airflow's returns the id of a task.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, python, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


def tell(text: str) -> None:
    print(text)


work = task("work")
register(Pipeline("branching_action_as_target").task("choose", branch(day).to({"weekday": work, "weekend": python(tell, "rest")})))  # right: register(Pipeline("branching_action_as_target").task("choose", branch(day).to({"weekday": work, "weekend": task("tell", python(tell, "rest"))})))
