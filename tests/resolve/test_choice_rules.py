"""
Choices in mapped groups that cannot hold in one copy alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

from flowkit import Action, Group, Pipeline, PipelineError, Task, branch, each_group, over, python, task


def way(n: int) -> Literal["a", "b"]:
    """Choose."""
    return "a"


def ok(n: int) -> bool:
    """Decide whether to go on."""
    return True


def show(n: int) -> int:
    """Take a number."""
    return n


def inner(m: int) -> Group[int]:
    """Return a group that is to be mapped."""
    pair = task("pair", python(show, m))
    return Group("inner").then(pair).returns(pair)


def problems(pipeline: Pipeline) -> list[tuple[str, str]]:
    """Return the codes and messages of the problems of a pipeline."""
    try:
        pipeline.build()
    except PipelineError as error:
        return [(problem.code, problem.message) for problem in error.problems]
    return []


def mapped(fill: Callable[[Group[None], Any], Group[None]]) -> Group[Any]:
    """Return a mapped group that *fill* fills."""
    return each_group(lambda n: fill(Group("outer"), n), over([0, 1]))


NESTED = (
    "FK212",
    "Task 'outer.choose' in the mapped group 'outer' chooses what runs, and 'outer.inner.pair' after it is in the "
    "mapped group 'outer.inner' within. Airflow does not know to which copy of the outer group the copies of the inner "
    "one belong: they would all run.",
)


@pytest.mark.parametrize("between", [False, True])
def test_a_short_circuit_before_a_nested_mapped_group(between: bool) -> None:
    """Directly, or further down."""

    def fill(group: Group[None], n: int) -> Group[None]:
        group = group.task("choose", python(ok, n).by("short_circuit"))
        return (group.task("between") if between else group).then(each_group(inner, over([7, 8])))

    assert problems(Pipeline("p").then(mapped(fill))) == [NESTED]


def test_a_branch_to_a_nested_mapped_group() -> None:
    """The other way does not matter."""

    def fill(group: Group[None], n: int) -> Group[None]:
        nested, other = each_group(inner, over([7, 8])), task("other")
        return group.task("choose", branch(way, n).to({"a": nested, "b": other})).then(nested, other)

    assert problems(Pipeline("p").then(mapped(fill))) == [NESTED]


def test_a_branch_that_leads_out_of_its_mapped_group() -> None:
    """The target belongs to no copy."""
    outside: Task[Any] = task("outside")

    def fill(group: Group[None], n: int) -> Group[None]:
        return group.task("choose", branch(way, n).to({"a": "inside", "b": outside})).task("inside")

    assert problems(Pipeline("p").then(mapped(fill)).then(outside)) == [
        (
            "FK212",
            "The branch 'outer.choose' in the mapped group 'outer' leads to 'outside' outside of this group, which "
            "belongs to none of the copies: it would run whatever they choose.",
        )
    ]


def test_choices_that_hold() -> None:
    """Within the copy, in a plain group, beside a nested mapped group, and in one; and tasks after the group."""

    def fill(group: Group[None], n: int) -> Group[None]:
        def nested(m: int) -> Group[None]:
            stop: Action[bool] = python(ok, m).by("short_circuit")
            return Group("nested").task("stop", stop).task("after")

        plain = Group("plain").task("a")
        choose = task("choose", branch(way, n).to({"a": plain, "b": ()}))
        return group.add(each_group(nested, over([7, 8]))).then(choose).then(plain)

    assert problems(Pipeline("p").then(mapped(fill)).task("last")) == []
