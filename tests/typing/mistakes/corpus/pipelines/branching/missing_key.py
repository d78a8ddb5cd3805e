"""
A key of a branch that leads nowhere.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


work = task("work")
register(
    Pipeline("branching_missing_key")
    .task("choose", branch(day).to({"weekday": work}))  # right: .task("choose", branch(day).to({"weekday": work, "weekend": ()}))
)
