"""
Good uses of `Group`: a group that returns a task has the type of that task's output.
"""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import assert_type

from flowkit import Group, OpenGroup, Pod, Task, python, task
from tests.typing import steps
from tests.typing.steps import Row
from tests.typing.twins import kind, refers, returned_by


def test_group() -> None:
    """A group returns nothing until it is told to; every method keeps the type."""
    bare = Group("bare", tooltip="Nothing yet", prefix_group_id=False)
    filled = bare.task("a", retries=3).then(task("b"), task("c")).add(task("d")).defaults(pool="small")

    assert_type(bare, Group[None])
    assert kind(bare) is Group
    assert returned_by(bare) is None
    assert_type(filled, Group[None])
    assert kind(filled) is Group
    assert [link.chained for link in filled.node.links] == [True, True, False]


def test_returns() -> None:
    """`.returns` gives the group the type of the task, and later links keep it."""
    rows = task("read", python(steps.read, "rows.json"))
    group = Group("layer").then(rows).returns(rows)
    longer = group.task("log").then(task("again")).defaults(retries=1)

    assert_type(group, Group[list[Row]])
    assert kind(group) is Group
    assert returned_by(group) is rows.node
    assert_type(group.output, list[Row])
    assert refers(group.output, to=rows)
    assert_type(longer, Group[list[Row]])
    assert returned_by(longer) is rows.node
    assert_type(longer.output, list[Row])
    assert refers(longer.output, to=rows)


def test_returns_a_group() -> None:
    """A group can return what a group in it returns."""
    number = task("number", python(steps.double, 1))
    inner = Group("inner").then(number).returns(number)
    outer = Group("outer").then(inner).returns(inner)

    assert_type(outer, Group[int])
    assert returned_by(outer) is number.node
    assert_type(outer.output, int)
    assert refers(outer.output, to=number)


def read_layer(path: str) -> Group[list[Row]]:
    """
    A shared group is a function.
    """
    rows = task("read", python(steps.read, path))
    return Group("read_layer").then(rows).returns(rows)


def count_layer(rows: Sequence[Row]) -> Group[int]:
    """
    A shared group that takes data.
    """
    counted = task("count", python(steps.count, rows))
    return Group("count_layer").then(counted).returns(counted)


def widened(group: Group[Sequence[object]]) -> Group[int]:
    """
    Take a group of a wider type.
    """
    counted = task("count", python(steps.count, group.output))
    return Group("widened").then(counted).returns(counted)


def test_groups_exchange_data() -> None:
    """The output of one group is the argument of another."""
    rows = read_layer("rows.json")
    counted = count_layer(rows.output)
    again = widened(rows)

    assert_type(rows.output, list[Row])
    assert kind(rows.output).__name__ == "Output"
    assert_type(counted, Group[int])
    assert kind(counted) is Group
    assert_type(again, Group[int])
    assert kind(again) is Group


def test_group_in_a_group() -> None:
    """A group written inline ends in exactly the group that it began in."""
    number = task("number", python(steps.double, 1))
    outer = Group("outer").then(number).returns(number)
    opened = outer.group("inner", tooltip="Inner", after=number)
    filled = opened.task("a").defaults(pod=Pod(cpu="1"))
    deeper = filled.group("deep")
    ended = deeper.task("b").end().end()

    assert_type(opened, OpenGroup[Group[int]])
    assert kind(opened) is OpenGroup
    assert_type(filled, OpenGroup[Group[int]])
    assert kind(filled) is OpenGroup
    assert_type(deeper, OpenGroup[OpenGroup[Group[int]]])
    assert kind(deeper) is OpenGroup
    assert_type(deeper.end(), OpenGroup[Group[int]])
    assert kind(deeper.end()) is OpenGroup
    assert_type(ended, Group[int])
    assert kind(ended) is Group
    assert returned_by(ended) is number.node


def test_groups_wait() -> None:
    """`after` of a group takes what that of a task takes."""
    first = task("first")
    group = Group("second", after=[first, "third"])

    assert_type(group, Group[None])
    assert group.node.after == (first.node, "third")


def numbered(group: Group[None], number: Task[int]) -> Group[int]:
    """
    A step that somebody else wrote.
    """
    return group.then(number).returns(number)


def test_apply() -> None:
    """`.apply` has the type of what the function returns."""
    number = task("number", python(steps.double, 1))
    group = Group("group").apply(numbered, number)

    assert_type(group, Group[int])
    assert returned_by(group) is number.node
