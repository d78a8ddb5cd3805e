"""
A function that needs the output of a task that a branch may skip.
"""
# Caught by: flowkit check.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, python, task
from flowkit.airflow.dags import register


def day() -> Literal["weekday", "weekend"]:
    return "weekday"


def count() -> int:
    return 1


def tell(work: int, rest: int) -> None:  # right: def tell(work: int | None, rest: int | None) -> None:
    print(work, rest)


work, rest = task("work", python(count)), task("rest", python(count))
choose = task("choose", branch(day).to({"weekday": work, "weekend": rest}))
register(Pipeline("data_skipped_output").then(choose).then(work, rest).task("tell", python(tell, work.output, rest.output)))
