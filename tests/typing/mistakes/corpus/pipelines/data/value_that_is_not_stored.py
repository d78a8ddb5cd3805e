"""
A generator, which Airflow cannot store.
"""
# Caught by: mypy.

from __future__ import annotations

from collections.abc import Iterable, Iterator  # right: from collections.abc import Iterable

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def numbers() -> Iterator[float]:  # right: def numbers() -> list[float]:
    yield 1.5  # right: return [1.5]


def show(values: Iterable[float]) -> None:
    print(values)


made = task("numbers", python(numbers))
register(Pipeline("data_value_that_is_not_stored").then(made).task("show", python(show, made.output)))
