"""
A function of numbers, mapped over texts.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, each, over, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def tell(text: str) -> None:
    print(text)


def double(number: float) -> float:
    return number * 2


names = task("names", python(fetch_names))
register(Pipeline("mapping_items_of_the_wrong_type").then(names).task("double", each(double, over(names.output))))  # right: register(Pipeline("mapping_items_of_the_wrong_type").then(names).task("tell", each(tell, over(names.output))))
