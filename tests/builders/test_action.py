"""
`python`, `python_async` and `operator`: what they refuse at once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

import flowkit
from flowkit import Pipeline, task
from flowkit.model.calls import OperatorCall, PythonCall
from tests.recorded import problem_of
from tests.resolve.locations import mark

# No checker would let pass what is refused here.
python: Any = flowkit.python
python_async: Any = flowkit.python_async
operator: Any = flowkit.operator


def fn(value: Any = None) -> Any:
    """A function."""


async def wait(value: Any = None) -> Any:
    """A coroutine function."""


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""


class Shell(BaseOperator):
    """An operator."""


class Decorated:
    """What Airflow's `@task` makes of a function."""

    _airflow_is_task_decorator = True
    __name__ = "extract"

    def __call__(self) -> Any:
        """Builds an operator."""


OUTPUT: Any = task("x", python(fn)).output
SEPARATELY = "Pass the function without calling it, and its arguments separately: python(fn, …)."
BAD: list[tuple[Callable[[], object], str]] = [
    (
        lambda: python(3),
        f"python() takes a function, not int. {SEPARATELY}",
    ),
    (
        lambda: python(fn()),
        f"python() takes a function, not NoneType. {SEPARATELY}",
    ),
    (
        lambda: python(OUTPUT),
        "python() takes a function, not an output. Pass the function and its arguments separately: "
        "python(fn, x.output).",
    ),
    (lambda: python(Shell), "python() got the operator Shell. Write operator(Shell, …)."),
    (
        lambda: python(Decorated()),
        "python() got 'extract', which is decorated with Airflow's `@task`. "
        "Remove the decorator: python() replaces it. To keep it, write native(extract, …).",
    ),
    (lambda: python(wait), "python() got 'wait', which is an `async` function. Write python_async(wait, …)."),
    (
        lambda: python_async(fn),
        "python_async() got 'fn', which is not an `async` function. Write python(fn, …).",
    ),
    (
        lambda: python_async(3),
        "python_async() takes a function, not int. Pass the function without calling it, and its "
        "arguments separately: python_async(fn, …).",
    ),
    (
        lambda: operator(fn),
        "operator() takes an operator class, but fn is a function. If fn makes operators, write native(fn, …); to call "
        "it in the task, python(fn, …).",
    ),
    (
        lambda: operator(Shell()),
        "operator() takes an operator class, not an instance of Shell. "
        "Pass the class and its arguments separately: operator(BashOperator, bash_command=…).",
    ),
    (
        lambda: operator(dict),
        "operator() got dict, which is not an Airflow operator. Pass a class that inherits from "
        "airflow.sdk.BaseOperator, or call a function with python(fn, …).",
    ),
    (
        lambda: operator(Shell, "ls", 1),
        "operator(Shell, …) got 2 positional argument(s); Airflow's operators take keyword arguments only. "
        "Pass each argument by name.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), BAD)
def test_fk008_what_is_refused(make: Callable[[], object], message: str) -> None:
    """The call that is wrong raises, and says what to write."""
    caught = problem_of(make())

    assert str(caught).split(": ", 1)[1] == f"FK008 {message}"


def test_actions_know_their_lines_and_names() -> None:
    """The line is that of `python(…)`; the name is the function's, or that of its type where it has none."""
    a = python(fn, 1)
    b = python(functools.partial(fn, 1))
    c = python_async(wait)
    d = operator(Shell)

    here = mark()
    assert [str(one.call.location) for one in (a, b, c, d)] == [here(-5), here(-4), here(-3), here(-2)]
    assert [one.call.name for one in (a, b, c, d)] == ["fn", "fn", "wait", "Shell"]
    assert [type(one.call) for one in (a, b, c, d)] == [PythonCall, PythonCall, PythonCall, OperatorCall]


def test_one_action_in_two_tasks() -> None:
    """An action is a value: several tasks may do the same."""
    action = python(fn, 1)
    spec = Pipeline("p").task("a", action).task("b", action).build()

    assert spec.task("a").action == spec.task("b").action


def test_equal_calls_are_equal_wherever_they_are_written() -> None:
    """The line of a call is no part of what it means; function and arguments are."""
    assert python(fn, 1).call == python(fn, 1).call
    assert python(fn, 1).call != python(fn, 2).call
    assert python(fn).call != python_async(wait).call
