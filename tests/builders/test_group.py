"""
Groups as values: what they return, and which mistakes their own calls find.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from flowkit import Group, Pipeline, PipelineError, python, task
from flowkit.base.record import evolve
from flowkit.model.calls import PythonCall, Ref
from tests.recorded import problem_of, untyped
from tests.resolve.locations import mark


def fn(*values: Any) -> list[int]:
    """What the tasks do."""
    return []


def test_a_shared_group_is_a_function() -> None:
    """Each call makes a group of its own, which takes and gives data."""

    def layer(name: str, value: Any) -> Group[list[int]]:
        first = task("first", python(fn, value))
        last = task("last", python(fn, first.output))
        return Group(name, tooltip=name).then(first).then(last).returns(last)

    one = layer("one", 1)
    two = layer("two", one.output)
    spec = Pipeline("p").then(one).then(two).build()

    call = spec.task("two.first").action
    assert isinstance(call, PythonCall)
    assert call.args == (Ref("one.last"),)
    assert {one.task_id: one.upstream for one in spec.tasks} == {
        "one.first": (),
        "one.last": ("one.first",),
        "two.first": ("one.last",),
        "two.last": ("two.first",),
    }


def test_the_output_of_a_group_is_that_of_its_task() -> None:
    """It may be taken before and after the group grows, and passed on by the group around."""
    inner = task("inner", python(fn))
    group = Group("g").then(inner).returns(inner)
    outer = Group("outer").then(group).returns(group)

    shown = [group.output, group.task("more").output, outer.output]
    assert [repr(one) for one in shown] == ["<output of task 'inner'>"] * 3


def test_one_group_in_two_pipelines() -> None:
    """A group is a value: it may stand once in each of several pipelines."""
    group = Group("g").task("a")

    assert Pipeline("p").then(group).build().nodes == Pipeline("q").then(group).build().nodes


def test_after_of_a_group() -> None:
    """It takes the place of the edge from the previous link, for all that the group begins with."""
    a = task("a")
    group = Group("g", after=a).task("x")
    spec = Pipeline("p").then(a).task("b").then(group).task("c").build()

    assert {one.task_id: one.upstream for one in spec.tasks} == {
        "a": (),
        "b": ("a",),
        "g.x": ("a",),
        "c": ("g.x",),
    }


def test_fk009_a_group_without_output() -> None:
    """A group that returns nothing has no output, and cannot give one to the group around it."""
    silent = Group("silent").task("a")

    here = mark()
    consumer = task("b", python(fn, silent.output))
    returned = problem_of(Group("outer").then(silent).returns(silent))

    with pytest.raises(PipelineError) as caught:
        Pipeline("p").then(silent, consumer).build()
    (output,) = caught.value.problems
    assert str(evolve(output, dag_id=None)) == (
        f"{here(1)}: FK009 Group 'silent' has no output. "
        "Choose the task whose output it returns: .returns(task)."
    )
    assert str(returned) == (
        f"{here(2)}: FK009 Group 'outer' returns group 'silent', which has no output. "
        "Give group 'silent' the output of one of its tasks: .returns(task)."
    )


def test_fk008_returns_takes_nodes() -> None:
    """Not an output, and nothing else."""
    a = task("a", python(fn))
    group: Any = Group("g").then(a)

    here = mark()
    caught = problem_of(group.returns(a.output))

    assert str(caught) == (
        f"{here(1)}: FK008 .returns() of group 'g' takes a task or a group, not Output. "
        "Pass the task itself, without `.output`, as you passed it to .then()."
    )
    for wrong in (None, "a", a >> a, Pipeline("p")):
        assert re.search("FK008", str(problem_of(group.returns(wrong))))


def test_a_group_checks_what_it_gets() -> None:
    """Its id, its settings and its `after` are looked at by the call that gets them."""
    here = mark()
    bad_id = problem_of(Group("a.b"))
    unknown = problem_of(Group("g", **untyped({"tooltpi": "x"})))
    option = problem_of(Pipeline("p").group("g", **untyped({"retries": 1})))
    after = problem_of(Group("g", after=untyped([3])))

    assert str(bad_id) == (
        f"{here(1)}: FK001 The group_id 'a.b' contains a character that is not a letter, a digit, `-` or `_`. Use "
        "letters, digits, `-` and `_` only. Airflow itself adds dots, after the ids of the groups that contain the "
        "task."
    )
    assert str(unknown) == (
        f"{here(2)}: FK005 Group('g') got 'tooltpi', which does not exist. Did you mean 'tooltip'?"
    )
    assert str(option) == (
        f"{here(3)}: FK005 .group('g') got 'retries', which is an option of tasks. "
        "Pass it to task(…) or to .defaults(retries=…)."
    )
    assert str(after) == (
        f"{here(4)}: FK008 Group('g') got after= with int; it takes tasks, groups and their paths. "
        'Write after=extract, after="ingestion.extract", after=[a, b], or after=() for nothing.'
    )
