"""
The output of a task that returns one text, where items are mapped.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each, over, python, task
from flowkit.airflow.dags import register


def newest() -> str:  # right: def newest() -> list[str]:
    return "orders.csv"  # right: return ["orders.csv"]


def tell(text: str) -> None:
    print(text)


file = task("newest", python(newest))
register(Pipeline("mapping_over_a_text").then(file).task("tell", each(tell, over(file.output))))
