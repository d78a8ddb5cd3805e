"""
Good uses of `task` and of outputs: the output of a task has the type of the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from typing_extensions import Unpack, assert_type

from flowkit import Group, Pod, Task, TaskOptions, python, task
from tests.typing import steps
from tests.typing.steps import Row, Window
from tests.typing.twins import arguments, kind, refers


def test_task() -> None:
    """A task has the type of its action's result; without an action, none."""
    start = task("start")
    rows = task("read", python(steps.read, "rows.json"))

    assert_type(start, Task[None])
    assert kind(start) is Task
    assert start.node.action is None
    assert_type(rows, Task[list[Row]])
    assert kind(rows) is Task
    assert rows.node.id == "read"


def test_output() -> None:
    """An output has the type of the value, and is a reference to its task."""
    rows = task("read", python(steps.read, "rows.json"))
    top = task("top", python(steps.largest, rows.output))

    assert_type(rows.output, list[Row])
    assert refers(rows.output, to=rows)
    assert refers(arguments(top)[0], to=rows)
    assert_type(top.output, Row)
    assert refers(top.output, to=top)
    assert_type(top.output["amount"], float)
    assert refers(top.output["amount"], to=top, key="amount")


def test_output_of_nothing() -> None:
    """A task that returns nothing has None as its output."""
    done = task("done")
    stored = task("store", python(steps.store, [], table="rows"))

    assert_type(done.output, None)
    assert refers(done.output, to=done)
    assert_type(stored.output, None)
    assert refers(stored.output, to=stored)


def test_outputs_within_values() -> None:
    """An output stands within lists, values of classes and f-strings."""
    number = task("number", python(steps.double, 2))
    names = task("names", python(steps.names_of, []))
    sums = task("total", python(steps.total, [number.output, 3.5, number.output]))
    shown = task("show", python(steps.show, Window(datetime(2026, 1, 1), names.output), f"{number.output}!"))

    assert_type(sums, Task[float])
    assert kind(sums) is Task
    (listed,) = arguments(sums)
    assert isinstance(listed, list)
    assert refers(listed[0], to=number)
    assert listed[1] == 3.5
    assert_type(shown, Task[str])
    assert kind(shown) is Task
    window, title = arguments(shown)
    assert isinstance(window, Window)
    assert refers(window.names, to=names)
    assert_type(f"{number.output}!", str)
    assert kind(f"{number.output}!") is str
    assert title == f"{number.output}!"


def test_output_solves_type_variables() -> None:
    """The type of an output goes through generic functions."""
    names = task("names", python(steps.names_of, []))
    one = task("one", python(steps.first, names.output))

    assert_type(one, Task[str])
    assert refers(arguments(one)[0], to=names)
    assert_type(one.output, str)
    assert refers(one.output, to=one)


def test_optional_output() -> None:
    """What may be None says so."""
    found = task("find", python(steps.find, [], "a"))

    assert_type(found.output, Row | None)
    assert refers(found.output, to=found)


def anything(wanted: Task[Sequence[object]]) -> Task[int]:
    """
    Take a task of a wider type.
    """
    return task("count", python(steps.count, wanted.output))


def test_tasks_are_covariant() -> None:
    """A task of a narrower type stands where one of a wider type is wanted."""
    rows = task("read", python(steps.read, "rows.json"))
    counted = anything(rows)

    assert_type(counted, Task[int])
    assert refers(arguments(counted)[0], to=rows)


def test_after() -> None:
    """`after` takes nodes, paths, several of them, and none."""
    first = task("first", python(steps.today))
    group = Group("group").task("inner")
    several: list[Task[Any] | str] = [first, "group.inner"]
    tasks = [
        task("a", after=first),
        task("b", after="group.inner"),
        task("c", after=[first, group, "d"]),
        task("d", after=()),
        task("e", after=several),
        task("f", python(steps.today), after=None),
    ]
    follower = task("g", python(steps.today), after=first)

    assert [one.node.after for one in tasks] == [
        (first.node,),
        ("group.inner",),
        (first.node, group.node, "d"),
        (),
        (first.node, "group.inner"),
        None,
    ]
    assert_type(follower, Task[datetime])
    assert follower.node.after == (first.node,)


def test_options() -> None:
    """Options have Airflow's names and types."""
    kept = task(
        "kept",
        python(steps.double, 1),
        after=(),
        owner="data-platform",
        retries=5,
        retry_delay=timedelta(minutes=1),
        pool="small",
        trigger_rule="all_done",
        execution_timeout=None,
        params={"a": 1},
        doc_md=__doc__,
        pod=Pod(cpu="500m"),
    )

    assert_type(kept, Task[int])
    assert kept.node.options["retries"] == 5
    assert kept.node.options["doc_md"] == __doc__


def patient(task_id: str, **options: Unpack[TaskOptions]) -> Task[None]:
    """
    A word of a team's own: a task with other defaults.
    """
    merged: TaskOptions = {"retries": 9, **options}
    return task(task_id, **merged)


def test_options_pass_through_functions() -> None:
    """`TaskOptions` types the keywords of a function of the user's own."""
    waiting = patient("wait", pool="small")

    assert_type(waiting, Task[None])
    assert waiting.node.options == {"retries": 9, "pool": "small"}
