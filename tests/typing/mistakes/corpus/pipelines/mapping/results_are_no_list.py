"""
The results of a mapped task, given to a function that changes its list.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

# right: from collections.abc import Sequence

from flowkit import Pipeline, each, over, python, task
from flowkit.airflow.dags import register


def double(number: float) -> float:
    return number * 2


def sort(amounts: list[float]) -> None:  # right: def sort(amounts: Sequence[float]) -> None:
    amounts.sort()  # right: print(sorted(amounts))


doubled = task("double", each(double, over([1.5, 2.5])))
register(Pipeline("mapping_results_are_no_list").then(doubled).task("sort", python(sort, doubled.output)))
