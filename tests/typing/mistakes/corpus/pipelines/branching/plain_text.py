"""
A branch whose function returns any text: nobody can check its keys.
"""
# Caught by: flowkit check.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, task
from flowkit.airflow.dags import register


Day = Literal["weekday", "weekend"]


def day() -> str:  # right: def day() -> Day:
    return "weekday"


work, rest = task("work"), task("rest")
choose = task("choose", branch(day).to({"weekday": work, "weekend": rest}))
register(Pipeline("branching_plain_text").then(choose))
