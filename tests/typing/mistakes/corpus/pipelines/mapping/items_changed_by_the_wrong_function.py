"""
A function of numbers that changes items which are texts.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, each, items, over, python, task
from flowkit.airflow.dags import register


def names() -> list[str]:
    return ["north", "south"]


def half(number: float) -> float:
    return number / 2


def size(text: str) -> float:
    return float(len(text))


def show(number: float) -> None:
    print(number)


named = task("names", python(names))
register(Pipeline("mapping_items_changed_by_the_wrong_function").then(named).task("show", each(show, over(items.map(half, named.output)))))  # right: register(Pipeline("mapping_items_changed_by_the_wrong_function").then(named).task("show", each(show, over(items.map(size, named.output)))))
