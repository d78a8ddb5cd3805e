"""
Arguments that do not fit a signature.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flowkit.base.misfits import fit


def schedule(expression: str, /, *, timezone: str | None = None) -> None:
    """Like `cron`."""


def task(task_id: str, action: object = None, /, *, after: object = None, **options: object) -> None:
    """Like `task`."""


def shard(pipelines: object, number: int = 0, *, of: int) -> None:
    """Like `shard`, but with a required argument that has a name."""


def chain(*links: object) -> None:
    """Like `chain`."""


CASES: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], list[str], Any]] = [
    (schedule, (), {}, ["FK014 f() is missing the argument 'expression'. Add it."], None),
    (
        schedule,
        ("x", "UTC"),
        {},
        [
            "FK014 f() got 2 positional arguments; it takes 1 positional argument. "
            "Pass the others by name: timezone=…."
        ],
        (("x",), {}),
    ),
    (
        schedule,
        ("x",),
        {"timezon": 1, "timezone": 2},
        ["FK005 f() got an unexpected argument 'timezon'. Did you mean 'timezone'?"],
        (("x",), {"timezone": 2}),
    ),
    (
        schedule,
        (),
        {"expression": "x"},
        ["FK014 f() got 'expression' by name, and takes it by position only. Leave out `expression=`."],
        (("x",), {}),
    ),
    (
        task,
        (),
        {"task_id": "x", "retries": 3},
        ["FK014 f() got 'task_id' by name, and takes it by position only. Leave out `task_id=`."],
        (("x",), {"retries": 3}),
    ),
    (
        shard,
        ([], 1),
        {"number": 2, "of": 3},
        ["FK014 f() got 'number' twice, by position and by name. Remove one of them."],
        (([], 1), {"of": 3}),
    ),
    (shard, ([],), {}, ["FK014 f() is missing the argument 'of'. Add it."], None),
    (
        chain,
        (1, 2),
        {"xyz": 3},
        ["FK005 f() got an unexpected argument 'xyz'. Remove it."],
        ((1, 2), {}),
    ),
]


@pytest.mark.parametrize(("function", "args", "kwargs", "messages", "fitting"), CASES)
def test_what_does_not_fit(
    function: Callable[..., Any], args: Any, kwargs: dict[str, Any], messages: list[str], fitting: Any
) -> None:
    """Each misfit is a problem, and the rest of the arguments can be used."""
    problems, rest = fit(function, "f", args, kwargs)

    assert [f"{problem.code} {problem.message} {problem.hint}" for problem in problems] == messages
    assert rest == fitting
    if rest is not None:
        function(*rest[0], **rest[1])
