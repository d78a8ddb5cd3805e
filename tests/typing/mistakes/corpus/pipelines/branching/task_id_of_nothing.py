"""
A target of a branch that is not there.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


register(
    Pipeline("branching_task_id_of_nothing")
    .task("choose", branch(day).to({"weekday": "work", "weekend": "rest"}))
    .task("work", after="choose")
    .task("relax", after="choose")  # right: .task("rest", after="choose")
)
