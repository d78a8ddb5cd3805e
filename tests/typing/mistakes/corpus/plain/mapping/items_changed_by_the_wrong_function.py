"""
A function of numbers that changes items which are texts.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def names() -> list[str]:
    return ["north", "south"]


def half(number: float) -> float:
    return number / 2


def size(text: str) -> float:
    return float(len(text))


@task
def show(number: float) -> None:
    print(number)


with DAG("mapping_items_changed_by_the_wrong_function", schedule=None):
    show.expand(number=names().map(half))  # right: show.expand(number=names().map(size))
