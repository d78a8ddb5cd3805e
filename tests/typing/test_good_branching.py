"""
Good uses of `branch`, `branches`, `setup`, `teardown`, `params` and `.by`.
"""

from __future__ import annotations

from typing import Literal

import attrs
from typing_extensions import assert_type

from flowkit import (
    Action,
    Branching,
    Group,
    OpenGroup,
    Pipeline,
    Task,
    branch,
    branches,
    params,
    python,
    setup,
    task,
    teardown,
)
from flowkit.draft.placeholders import ParamsMark
from tests.typing import steps
from tests.typing.twins import arguments, function, kind, refers, routes

Day = Literal["weekday", "weekend"]

work, rest = task("work"), Group("rest").task("sleep")


def test_branch() -> None:
    """A branch has the type of its keys, and leads to nodes, paths, several of them, or nothing."""
    choice = branch(steps.day)
    action = choice.to({"weekday": work, "weekend": rest})
    chosen = task("choose", action)
    mixed = branch(steps.day).to({"weekday": [work, "rest.sleep"], "weekend": ()})

    assert_type(choice, Branching[Day])
    assert kind(choice) is Branching
    assert_type(action, Action[Day])
    assert function(action) is steps.day
    assert routes(action) == {"weekday": (work.node,), "weekend": (rest.node,)}
    assert_type(chosen, Task[Day])
    assert kind(chosen) is Task
    assert_type(chosen.output, Day)
    assert refers(chosen.output, to=chosen)
    assert_type(mixed, Action[Day])
    assert routes(mixed) == {"weekday": (work.node, "rest.sleep"), "weekend": ()}


def test_branches() -> None:
    """A function that returns several keys goes with `branches`."""
    number = task("number", python(steps.double, 1))
    choice = branches(steps.days, number.output)
    action = choice.to({"weekday": work, "weekend": rest})

    assert_type(choice, Branching[Day])
    assert kind(choice) is Branching
    assert_type(action, Action[Day])
    assert refers(arguments(action)[0], to=number)


def test_setup_and_teardown() -> None:
    """Setups and teardowns are tasks, as values and in chains."""
    made = setup("make", python(steps.double, 1), retries=2)
    torn = teardown("remove", python(steps.double, made.output), setups=made, on_failure_fail_dagrun=True)
    plain = teardown("plain", setups=[made, "other"])
    chained = Pipeline("etl").then(made).task("use").then(torn)
    inline = Pipeline("etl").setup("make").group("g").task("use").teardown("remove", setups="make")

    assert_type(made, Task[int])
    assert made.node.role == "setup"
    assert_type(torn, Task[int])
    assert torn.node.setups == (made.node,)
    assert_type(plain, Task[None])
    assert plain.node.setups == (made.node, "other")
    assert_type(chained, Pipeline)
    assert kind(chained) is Pipeline
    assert_type(inline, OpenGroup[Pipeline])
    assert kind(inline) is OpenGroup


@attrs.frozen
class Options:
    """
    The params of a pipeline.
    """

    rows: int = 10


def limit(options: Options) -> int:
    """
    Take params as an instance of their class.
    """
    return options.rows


def test_params() -> None:
    """`params` has the type of the class."""
    given = params(Options)
    limited = task("limit", python(limit, given))

    assert_type(given, Options)
    assert kind(given) is ParamsMark
    assert_type(given.rows, int)
    assert kind(given.rows) is ParamsMark
    assert_type(limited, Task[int])
    assert arguments(limited)[0] is given


def test_by() -> None:
    """An action that another decorator makes keeps its type."""
    isolated = python(steps.double, 1).by("virtualenv", requirements=["attrs"])

    assert_type(isolated, Action[int])
    assert function(isolated) is steps.double
