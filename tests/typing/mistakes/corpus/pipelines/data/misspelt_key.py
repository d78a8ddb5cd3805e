"""
A misspelt key of a TypedDict that a task returns.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from typing import TypedDict

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


class Report(TypedDict):
    title: str
    total: float


def report() -> Report:
    return {"title": "Sales", "total": 24.9}


made = task("report", python(report))
register(
    Pipeline("data_misspelt_key")
    .then(made)
    .task("tell", python(tell, made.output["titel"]))  # right: .task("tell", python(tell, made.output["title"]))
)
