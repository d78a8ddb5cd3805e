"""
The results of a mapped task, given to a function that changes its list.
"""
# Caught by: nothing.

from __future__ import annotations

# right: from collections.abc import Sequence

from airflow.sdk import DAG, task


@task
def double(number: float) -> float:
    return number * 2


@task
def sort(amounts: list[float]) -> None:  # right: def sort(amounts: Sequence[float]) -> None:
    amounts.sort()  # right: print(sorted(amounts))


with DAG("mapping_results_are_no_list", schedule=None):
    sort(double.expand(number=[1.5, 2.5]))
