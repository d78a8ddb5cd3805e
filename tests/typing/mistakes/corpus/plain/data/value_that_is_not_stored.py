"""
A generator, which Airflow cannot store.
"""
# Caught by: nothing.

from __future__ import annotations

from collections.abc import Iterable, Iterator  # right: from collections.abc import Iterable

from airflow.sdk import DAG, task


@task
def numbers() -> Iterator[float]:  # right: def numbers() -> list[float]:
    yield 1.5  # right: return [1.5]


@task
def show(values: Iterable[float]) -> None:
    print(values)


with DAG("data_value_that_is_not_stored", schedule=None):
    show(numbers())
