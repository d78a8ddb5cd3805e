"""
Good uses of lazy imports: to type checkers they are imports.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from typing_extensions import assert_type

from flowkit import Action, Pipeline, lazy_imports, operator, python, task
from tests.typing import steps
from tests.typing.twins import arguments, function, kind, refers

with lazy_imports():
    import statistics as numbers
    from decimal import Decimal as Exact

    from airflow.providers.standard.operators.bash import BashOperator

    from tests.typing.steps import double as twice


class Price(Exact):
    """A class that inherits from one that was imported lazily."""


def middle(values: list[int]) -> Exact:
    """A function with a lazily imported type in its signature."""
    return Exact(numbers.median(values))


def test_names_have_their_types() -> None:
    """What is imported lazily has the type that it would have otherwise."""
    found = middle([1, 2, 9])
    called = python(twice, 2)
    said = operator(BashOperator, bash_command="echo hello")

    assert_type(found, Decimal)
    assert kind(found) is Decimal
    assert_type(Price("1.5"), Price)
    assert kind(Price("1.5")) is Price
    assert_type(called, Action[int])
    assert function(called) is steps.double
    assert_type(said, Action[Any])
    assert arguments(said) == ["echo hello"]


def test_a_task_of_one() -> None:
    """The types of data go through."""
    first = task("first", python(twice, 2))
    pipeline = Pipeline("p").then(first).task("again", python(twice, first.output))

    assert_type(first.output, int)
    assert refers(first.output, to=first)
    assert kind(pipeline) is Pipeline
