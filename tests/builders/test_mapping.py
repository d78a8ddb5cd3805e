"""
What `each_kwargs` refuses at once.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

import flowkit
from flowkit import Pipeline, over, task
from flowkit.model.calls import EachCall, OperatorCall, PythonCall
from tests.recorded import problem_of
from tests.resolve.locations import mark

# No checker would let pass what is refused here.
each_kwargs: Any = flowkit.each_kwargs


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""


class Shell(BaseOperator):
    """An operator."""


def add(x: int, by: int = 1) -> int:
    """Adds."""
    return x + by


def first(x: int, /) -> int:
    """Takes one by position only."""
    return x


def loose(**more: int) -> int:
    """Takes any name."""
    return len(more)


OUTPUT: Any = task("x", flowkit.python(add, 1)).output


@pytest.mark.parametrize(
    ("target", "sets", "fixed", "said"),
    [
        (
            add,
            {"x": 1},
            {},
            "FK008 each_kwargs() got one mapping; it takes a list of them. Write each_kwargs(fn, [{…}]).",
        ),
        (
            Shell,
            {"command": "true"},
            {},
            "FK008 each_kwargs() got one mapping; it takes a list of them. Write each_kwargs(fn, [{…}]).",
        ),
        (
            add,
            [{"x": 1}, {"y": 2}],
            {},
            "FK304 each_kwargs(add, …) does not match the function's signature: missing a required argument: "
            "'x'. Fix the arguments.",
        ),
        (
            add,
            ({"x": 1, "z": 2},),
            {},
            "FK304 each_kwargs(add, …) does not match the function's signature: got an unexpected keyword "
            "argument 'z'. Fix the arguments.",
        ),
        (
            add,
            [{"x": 1}],
            {"bye": 2},
            "FK304 each_kwargs(add, …) does not match the function's signature: got an unexpected keyword "
            "argument 'bye'. Fix the arguments.",
        ),
        (
            first,
            [{"x": 1}],
            {},
            r"FK304 each_kwargs\(first, …\) does not match the function's signature: .*'x'.* Fix the arguments\.",
        ),
        (
            "add",
            [{"x": 1}],
            {},
            "FK008 each_kwargs() takes a function, not str. "
            "Pass the function without calling it, and its arguments separately: each_kwargs(fn, …).",
        ),
        (
            OUTPUT,
            [{"x": 1}],
            {},
            "FK008 each_kwargs() takes a function, not an output. "
            "Pass the function and its arguments separately: each_kwargs(fn, x.output).",
        ),
    ],
)
def test_what_each_kwargs_refuses(target: Any, sets: Any, fixed: dict[str, Any], said: str) -> None:
    """The call itself fails, at its line, and shows no values."""
    here = mark()
    caught = problem_of(each_kwargs(target, sets, **fixed))

    expected = said if "\\" in said else re.escape(said)
    assert re.fullmatch(f"{re.escape(here(1))}: {expected}", str(caught))


@pytest.mark.parametrize(
    ("target", "sets", "fixed"),
    [
        (add, [{"x": 1}, {"x": 2, "by": 3}], {}),
        (add, [{"x": 1}], {"by": 2}),
        (add, [{"by": 1}], {"x": 2}),
        (add, [{"x": OUTPUT}], {}),
        (add, [OUTPUT], {}),
        (add, OUTPUT, {"by": 2}),
        (add, [], {}),
        (loose, [{"any": 1}], {"name": 2}),
    ],
)
def test_what_each_kwargs_takes(target: Any, sets: Any, fixed: dict[str, Any]) -> None:
    """Sets that fit, and those that only the run will know."""
    call = each_kwargs(target, sets, **fixed).call

    assert isinstance(call, EachCall)
    assert isinstance(call.call, PythonCall)
    assert (call.call.function, call.call.kwargs) == (target, fixed)
    assert set(call.mapped) == {"kwargs_sets"}
    assert call.mapped["kwargs_sets"] is sets


def test_each_kwargs_of_an_operator() -> None:
    """What its constructors take is looked at when the pipeline is built."""
    call = each_kwargs(Shell, [{"anything": 1}], some="x").call

    assert isinstance(call.call, OperatorCall)
    assert call.call.operator is Shell


def test_a_set_with_over_in_it() -> None:
    """Sets are mapped as a whole."""
    action = each_kwargs(add, [{"x": over([1])}])
    with pytest.raises(flowkit.PipelineError) as caught:
        Pipeline("p").task("a", action).build()

    assert [problem.code for problem in caught.value.problems] == ["FK206"]
