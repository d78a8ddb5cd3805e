"""
`native`: what it refuses, and what others refuse with a hint to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import flowkit
from flowkit import Group, Pipeline, each, over, python, setup, task, teardown
from flowkit.model.calls import NativeCall
from tests.base.test_airflow_classes import of_airflow
from tests.recorded import problem_of, problems_of, problems_when_built

native: Any = flowkit.native  # no checker would let pass what is wrong here
untyped: Any = flowkit

OPERATOR = of_airflow("BashOperator", of_airflow("BaseOperator", of_airflow("AbstractOperator")))
GROUP = of_airflow("TaskGroup")
MAKE = "Make it in a function: task(id, native(make, …))."


def make(name: str, *, table: str = "t") -> None: ...


async def wait() -> None: ...


def made_one_by_one() -> Iterator[None]:
    yield


def shown(value: Any) -> str:
    """
    Return the code, the message and the hint of the problem of *value*.
    """
    problem = problem_of(value)
    return f"{problem.code} {problem.message} {problem.hint}"


def test_the_call() -> None:
    """
    The function and its arguments are kept; two calls of the same are equal.
    """
    call = native(make, "a", table="b").call
    assert isinstance(call, NativeCall)
    assert (call.function, call.args, call.kwargs, call.name) == (make, ("a",), {"table": "b"}, "make")
    assert call == native(make, "a", table="b").call
    assert call != native(make, "b", table="b").call
    assert call.location.file == __file__


def test_the_function_is_never_called() -> None:
    """
    Neither by the call, nor when the spec is built.
    """

    def exits() -> None:
        raise SystemExit(3)

    spec = Pipeline("p").task("a").task("b", native(exits)).build()
    assert spec.task("b").upstream == ("a",)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            lambda: native(make),
            "FK304 native(make, …) does not match the function's signature: missing a required argument: 'name'. Fix "
            "the arguments.",
        ),
        (
            lambda: native(make, "a", tabel="b"),
            "FK304 native(make, …) does not match the function's signature: got an unexpected keyword argument 'tabel'"
            ". Fix the arguments.",
        ),
        (
            lambda: native(3),
            "FK008 native() takes a function, not int. Pass the function without calling it, and its arguments "
            "separately: native(make, …).",
        ),
        (
            lambda: native(task("a", python(make, "x")).output),
            "FK008 native() takes a function, not Output. Pass the function without calling it, and its arguments "
            "separately: native(make, …).",
        ),
        (
            lambda: native(OPERATOR()),
            "FK008 native() takes a function that makes operators, not an Airflow operator. Make it in a function, and "
            "pass that: native(make, …).",
        ),
        (
            lambda: native(wait),
            "FK008 native() got 'wait', which is an `async` function. Pass a function that makes operators; to await "
            "one in a task, write python_async(fn, …).",
        ),
        (
            lambda: native(made_one_by_one),
            "FK008 native() got 'made_one_by_one', which is a generator function: its body would not run. Make the "
            "operators without `yield`, and return the one whose output others use.",
        ),
        (
            lambda: native(make, over(["a"])),
            "FK215 native(make, …) got over(…), but its function is called only once, when Airflow gets the pipeline. "
            "Map in the function: .partial(…).expand(…). Or map the group around the task: each_group(…).",
        ),
        (
            lambda: untyped.each(native(make, "a"), over([1])),
            "FK215 each() got native(make, …), which Airflow cannot map: its function is called only once, when "
            "Airflow gets the pipeline. Map in the function: .partial(…).expand(…). Or map the group around the task: "
            "each_group(…).",
        ),
        (
            lambda: native(make, "a").by("virtualenv"),
            "FK008 .by('virtualenv') was called on <Action make>, which does not call a plain function. Use it on "
            "python(fn, …) or each(fn, …).",
        ),
    ],
)
def test_what_is_refused(call: Callable[[], Any], expected: str) -> None:
    """
    Each with what to write instead.
    """
    assert shown(call()) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            lambda: untyped.operator(make, name="a"),
            "FK008 operator() takes an operator class, but make is a function. If make makes operators, write "
            "native(make, …); to call it in the task, python(make, …).",
        ),
        (
            lambda: untyped.operator(GROUP, group_id="g"),
            "FK008 operator() takes an operator class, but TaskGroup is an Airflow TaskGroup. Write native(TaskGroup, "
            "…).",
        ),
        (
            lambda: untyped.python(GROUP, "g"),
            "FK008 python() takes a function for a task, but TaskGroup makes an Airflow TaskGroup. Write native(…), "
            "which makes it when Airflow gets the pipeline.",
        ),
        (
            lambda: untyped.task("a", GROUP),
            "FK008 task('a') got type as its action. Write native(TaskGroup, …), whose function makes operators and "
            "groups with Airflow's own classes.",
        ),
        (
            lambda: untyped.task("a", OPERATOR()),
            f"FK008 task('a') got BashOperator as its action. Write operator(Class, …) for an operator. {MAKE}",
        ),
        (
            lambda: untyped.task("a", after=OPERATOR()),
            f"FK008 task('a') got after= with an Airflow operator (BashOperator). {MAKE}",
        ),
        (
            lambda: Pipeline("p").then(untyped.task("x")).then(GROUP()),
            f"FK008 .then() places tasks, groups and flows, not an Airflow TaskGroup (TaskGroup). {MAKE}",
        ),
        (
            lambda: task("a") >> OPERATOR(),
            "FK008 An arrow connects tasks, groups and lists of them, not an Airflow operator (BashOperator). "
            + MAKE,
        ),
        (
            lambda: [OPERATOR(), task("b")] >> task("a"),
            "FK008 An arrow connects tasks, groups and lists of them, not an Airflow operator (BashOperator). "
            + MAKE,
        ),
    ],
)
def test_what_has_a_hint_to_it(call: Callable[[], Any], expected: str) -> None:
    """
    Objects of hand-written Airflow in places for those of flowkit.
    """
    assert shown(call()) == expected


def test_setups_and_teardowns() -> None:
    """
    Neither by their own words, nor among the setups of a teardown.
    """
    first = setup("up", native(make, "a"))
    own = Pipeline("p").then(first).task("x").then(teardown("down", native(make, "a"), setups=first))
    named = Pipeline("p").task("up", native(make, "a")).task("x").teardown("down", setups="up")
    assert [problem.code for problem in problems_when_built(own)] == ["FK215", "FK215"]
    (problem,) = problems_when_built(named)
    assert problem.message == (
        "Task 'up' is a setup, but runs native(make, …): that may make several tasks, and flowkit cannot tell which of "
        "them is the setup."
    )
    assert (
        problem.hint
        == "Write task(…), and call .as_setup() on an operator in make(). Or write operator(Class, …)."
    )


def test_names_of_functions() -> None:
    """
    What Airflow's decorators return has the name of its function.
    """
    decorated: Any = of_airflow("_TaskGroupFactory")
    decorated.__call__ = lambda self: None
    group = decorated()
    group.function = make
    assert problem_of(native(group)).message.startswith("native(make, …) does not match")
    assert native(group, "a").call.name == "make"


def test_outputs_become_edges() -> None:
    """
    Wherever they are in the arguments; what else is there stays the same object.
    """

    class Odd(str):
        __slots__ = ()

    odd, rows = [Odd("x"), float("inf")], task("rows", python(make, "a"))
    pipeline = Pipeline("p").add(
        rows, task("b", native(make, odd, table=[f"{rows.output}", {"a": rows.output}]))
    )
    found = pipeline.build().task("b")
    assert found.uses == found.upstream == ("rows",)
    assert isinstance(found.action, NativeCall)
    assert found.action.args[0] is odd


def test_each_is_still_for_functions() -> None:
    """
    The check of `native` does not change what `each` takes.
    """
    assert not problems_of(Pipeline("p").then(Group("g").task("a", each(make, over(["a"])))))
