"""
A wrong argument of the function that chooses.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def kind(amounts: list[float]) -> Literal["much", "little"]:
    return "much" if sum(amounts) > 100 else "little"


names = task("names", python(fetch_names))
register(
    Pipeline("branching_wrong_argument")
    .then(names)
    .task("choose", branch(kind, names.output).to({"much": task("much"), "little": ()}))  # right: .task("choose", branch(kind, [1.5]).to({"much": task("much"), "little": ()}))
)
