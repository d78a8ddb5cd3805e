"""
A task that waits for both ways of a branch.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


work, rest = task("work"), task("rest")
report = task("report")  # right: report = task("report", trigger_rule="none_failed_min_one_success")
choose = task("choose", branch(day).to({"weekday": work, "weekend": rest}))
register(Pipeline("branching_join_that_never_runs").then(choose).add([work, rest] >> report))
