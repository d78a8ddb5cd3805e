"""
Specs: what can be read from them.
"""

from __future__ import annotations

import attrs
import pytest

from flowkit import Group, Pipeline, task
from flowkit.base.record import evolve
from flowkit.model.pipeline import EdgeSpec, GroupSpec, PipelineSpec, TaskSpec


def _spec() -> PipelineSpec:
    group = (
        Group("g", tooltip="G")
        .defaults(retries=1)
        .task("a")
        .then(Group("h", prefix_group_id=False).task("b"))
    )
    return Pipeline("p", catchup=True).defaults(owner="me").then(group).task("c").build()


def test_tasks_and_groups_are_in_the_order_of_the_source() -> None:
    """A group comes before what it holds; ids are those that Airflow knows, and those that the author gave."""
    spec = _spec()

    assert [type(node) for node in spec.nodes] == [GroupSpec, TaskSpec, GroupSpec, TaskSpec, TaskSpec]
    assert [(one.task_id, one.id, one.group_id) for one in spec.tasks] == [
        ("g.a", "a", "g"),
        ("b", "b", "g.h"),
        ("c", "c", None),
    ]
    assert [(one.group_id, one.id, one.parent_id) for one in spec.groups] == [
        ("g", "g", None),
        ("g.h", "h", "g"),
    ]
    assert spec.edges == (EdgeSpec("g.a", "g.h"), EdgeSpec("g", "c"))
    assert (spec.settings, spec.defaults) == ({"catchup": True}, {"owner": "me"})


def test_a_task_is_found_by_its_id() -> None:
    """An unknown one is answered with the nearest."""
    spec = _spec()

    assert spec.task("g.a") is spec.tasks[0]
    with pytest.raises(KeyError, match=r"Pipeline 'p' has no task 'g.aa'. Did you mean 'g.a'\?"):
        spec.task("g.aa")
    with pytest.raises(KeyError, match=r"Pipeline 'p' has no task 'zzz'.\"$"):
        spec.task("zzz")


def test_specs_are_equal_when_they_mean_the_same() -> None:
    """Where a pipeline is written is no part of what it means; everything else is."""
    spec = _spec()

    assert spec == _spec()
    assert spec.location == _spec().location
    assert evolve(spec, location=evolve(spec.location, line=1)) == spec
    assert evolve(spec, dag_id="q") != spec
    assert evolve(spec, nodes=spec.nodes[::-1]) != spec


def test_specs_are_frozen() -> None:
    """Nobody changes one after it was built."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        _spec().dag_id = "q"  # type: ignore[misc]


def test_ids_are_looked_up_from_the_nearest_group_outwards() -> None:
    """The same path means what is nearest; the path of a group counts also where its prefix is left out."""
    inner = Group("inner").task("load").then(task("late", after="load"))
    flat = Group("flat", prefix_group_id=False).task("only").then(task("here", after="flat.only"))
    outer = Group("outer").task("load").then(inner).task("next", after="inner.load").task("own", after="load")
    spec = (
        Pipeline("p")
        .task("load")
        .then(outer.then(flat))
        .task("x", after="load")
        .task("y", after="outer.inner.load")
        .task("z", after="outer.flat.only")
        .task("later", after="last")
        .task("last", after=())
        .build()
    )

    assert {one.task_id: one.upstream for one in spec.tasks} == {
        "load": (),
        "outer.load": ("load",),
        "outer.inner.load": ("outer.load",),
        "outer.inner.late": ("outer.inner.load",),
        "outer.next": ("outer.inner.load",),
        "outer.own": ("outer.load",),
        "only": ("outer.own",),
        "here": ("only",),
        "x": ("load",),
        "y": ("outer.inner.load",),
        "z": ("only",),
        "later": ("last",),
        "last": (),
    }


def test_a_path_may_name_a_group() -> None:
    """To wait for a group is to wait for what it ends with."""
    spec = Pipeline("p").group("g").task("a").task("b").end().task("c").task("d", after="g").build()

    assert spec.task("d").upstream == ("g.b",)
