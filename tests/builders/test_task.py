"""
Tasks as values, and `after=`.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from flowkit import Group, Pipeline, Pod, operator, operator_of, python
from flowkit import task as typed_task
from tests.recorded import problem_of
from tests.resolve.locations import mark

task: Any = typed_task  # no checker would let pass what is refused here


def fn(*values: Any) -> Any:
    """What the tasks do."""


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""


def test_a_task_without_action_does_nothing() -> None:
    """Its spec has no action."""
    assert Pipeline("p").task("a").build().task("a").action is None


def test_a_task_has_an_identity() -> None:
    """Two tasks that are written alike are two tasks."""
    first, second = typed_task("a"), typed_task("a")
    spec = Pipeline("p").then(Group("g").then(first)).then(Group("h").then(second)).build()

    assert [one.task_id for one in spec.tasks] == ["g.a", "h.a"]
    assert first != second


def test_the_output_of_a_task() -> None:
    """It can be asked for as often as one likes."""
    a = typed_task("a", python(fn))

    assert repr(a.output) == repr(a.output) == "<output of task 'a'>"


X, Y = typed_task("x", python(fn)), typed_task("y")
CURE = 'Write after=extract, after="ingestion.extract", after=[a, b], or after=() for nothing.'
TAKES = "it takes tasks, groups and their paths."
BAD_AFTER: list[tuple[Any, str]] = [
    (3, f"task('a') got after= with int; {TAKES} {CURE}"),
    (["x", None], f"task('a') got after= with NoneType; {TAKES} {CURE}"),
    (X >> Y, f"task('a') got after= with Flow; {TAKES} {CURE}"),
    (X.output, f"task('a') got after= with an output; {TAKES} {CURE}"),
    ([X.output], f"task('a') got after= with an output; {TAKES} {CURE}"),
    (Pipeline("q"), f"task('a') got after= with Pipeline; {TAKES} {CURE}"),
    ([[X]], f"task('a') got after= with list; {TAKES} {CURE}"),
    (
        {"x", "y"},
        "task('a') got after= with a set, whose order differs between processes. Pass a list or a tuple.",
    ),
]


@pytest.mark.parametrize(("after", "message"), BAD_AFTER)
def test_fk008_what_after_does_not_take(after: Any, message: str) -> None:
    """Nodes and paths, alone or several in an order; nothing else."""
    caught = problem_of(task("a", after=after))

    assert str(caught).split(": ", 1)[1] == f"FK008 {message}"


def test_what_after_takes() -> None:
    """Nodes, paths, and anything that gives them in an order."""
    chain = Pipeline("p").then(X, Y)
    for after in (X, "x", [X], (X,), ["x", X], iter([X]), (node for node in ["x"])):
        assert chain.then(task("a", after=after)).build().task("a").upstream == ("x",)
    assert chain.then(task("a", after=())).build().task("a").upstream == ()
    assert chain.then(task("a", after=[])).build().task("a").upstream == ()
    assert chain.then(task("a", after=None)).build().task("a").upstream == ("x", "y")


BAD_ACTIONS: list[tuple[Any, str]] = [
    (fn, "task('a') got function as its action. Pass the function and its arguments separately: python(fn, …)."),
    (BaseOperator, "task('a') got type as its action. Write operator(BaseOperator, …)."),
    (Pod, "task('a') got type as its action. Pass the function and its arguments separately: python(Pod, …)."),
    (X, "task('a') got Task as its action. To run it after another task, write after='x'."),
    (
        X.output,
        "task('a') got an output as its action. Pass the function and its arguments separately: python(fn, …).",
    ),
    ("b", "task('a') got str as its action. Pass python(fn, …) or operator(Class, …)."),
    (BaseOperator(), "task('a') got BaseOperator as its action. Pass python(fn, …) or operator(Class, …)."),
    (python, "task('a') got function as its action. Pass the function and its arguments separately: "
             "python(python, …)."),
]  # fmt: skip


@pytest.mark.parametrize(("action", "message"), BAD_ACTIONS)
def test_fk008_what_is_no_action(action: Any, message: str) -> None:
    """What people give in place of an action is told how to become one."""
    here = mark()
    alone = problem_of(task("a", action))
    assert re.search(r"FK008 \.task\('a'\) got", str(problem_of(Pipeline("p").task("a", action))))

    assert str(alone) == f"{here(1)}: FK008 {message}"


def test_a_task_checks_what_it_gets() -> None:
    """A wrong id or option is found by the call that gets it."""
    here = mark()
    bad_id = problem_of(Pipeline("p").task("a b"))
    output_as_id = problem_of(task(X.output))
    value = problem_of(task("a", retries=-1))

    assert [str(one).split(": ", 1) for one in (bad_id, output_as_id, value)] == [
        [
            here(1),
            "FK001 The task_id 'a b' contains a character that is not a letter, a digit, `-`, `_` or `.`. "
            "Use letters, digits, `-`, `_` and `.` only.",
        ],
        [here(2), "FK001 A task_id must be a string, not Output. Pass task_id as a str."],
        [here(3), "FK006 task('a') got retries=-1: retries must be 0 or more. Write retries=3."],
    ]


def test_operators_are_actions() -> None:
    """An operator's class and its arguments make an action; the class alone does not."""
    for word in (operator, operator_of):
        make: Any = word
        spec = Pipeline("p").task("a", make(BaseOperator)).build()

        action = spec.task("a").action
        assert action is not None
        assert action.name == "BaseOperator"
