"""
Good uses of `python` and `python_async`: the result has the type that the function returns.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime

from typing_extensions import assert_type

from flowkit import Action, Task, python, python_async, task
from tests.typing import steps
from tests.typing.steps import Row, Window
from tests.typing.twins import arguments, function, kind, refers


def test_python() -> None:
    """`python` takes the function's arguments, and has the type of its result."""
    rows = python(steps.read, "rows.json")
    named = python(steps.read, path="rows.json")
    nothing = python(steps.store, [], table="rows")

    assert_type(rows, Action[list[Row]])
    assert kind(rows) is Action
    assert function(rows) is steps.read
    assert arguments(rows) == ["rows.json"]
    assert_type(named, Action[list[Row]])
    assert kind(named) is Action
    assert arguments(named) == ["rows.json"]
    assert_type(nothing, Action[None])
    assert kind(nothing) is Action
    assert arguments(nothing) == [[], "rows"]


def test_python_with_defaults() -> None:
    """Parameters with defaults may be left out or given."""
    short = python(steps.total, [1, 2.5])
    long = python(steps.total, [1, 2.5], start=1)
    bare = python(steps.today)

    assert_type(short, Action[float])
    assert arguments(short) == [[1, 2.5]]
    assert_type(long, Action[float])
    assert arguments(long) == [[1, 2.5], 1]
    assert_type(bare, Action[datetime])
    assert arguments(bare) == []


def test_python_with_a_generic_function() -> None:
    """A type variable is solved by the arguments."""
    number = python(steps.first, [1, 2])
    text = python(steps.first, ["a"])

    assert_type(number, Action[int])
    assert arguments(number) == [[1, 2]]
    assert_type(text, Action[str])
    assert arguments(text) == [["a"]]


def test_python_with_other_callables() -> None:
    """Methods, classes and partial functions are functions too."""
    method = python("abca".count, "a")
    made = python(Window, steps.today(), names=["a"])
    partial = python(functools.partial(steps.read, "rows.json"))

    assert_type(method, Action[int])
    assert arguments(method) == ["a"]
    assert_type(made, Action[Window])
    assert function(made) is Window
    assert_type(partial, Action[list[Row]])
    assert kind(partial) is Action


def test_python_async() -> None:
    """`python_async` has the type of what is awaited."""
    text = python_async(steps.download, "https://example.com")
    page = task("page", text)

    assert_type(text, Action[str])
    assert function(text) is steps.download
    assert_type(page, Task[str])
    assert kind(page) is Task
    assert_type(page.output, str)
    assert refers(page.output, to=page)


def echo(text: str, wrap: Callable[[str], str]) -> Action[str]:
    """
    A word of a team's own: an action made by a function.
    """
    return python(wrap, text)


def test_an_action_is_a_value() -> None:
    """An action can be made by a function of the user's own."""
    action = echo("a", str.upper)

    assert_type(action, Action[str])
    assert kind(action) is Action
    assert arguments(action) == ["a"]
