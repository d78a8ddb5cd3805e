"""
A function that returns another text than its annotation allows.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def kind(amounts: list[float]) -> Literal["much", "little"]:
    return "lots" if sum(amounts) > 100 else "little"  # right: return "much" if sum(amounts) > 100 else "little"


fetched = task("fetch", python(fetch_orders))
much, little = task("much"), task("little")
register(
    Pipeline("branching_wrong_return_of_the_function")
    .then(fetched)
    .task("choose", branch(kind, fetched.output).to({"much": much, "little": little}))
)
