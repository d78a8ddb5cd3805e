"""
Defaults: pipeline < group < nested group < task, and pods field by field.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flowkit import Group, Pipeline, Pod, task
from flowkit.model.defaults import merged

OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "owner": st.sampled_from("abc"),
    "retries": st.integers(0, 3),
    "queue": st.sampled_from("xyz"),
    "pool": st.none() | st.sampled_from("pq"),
}


def _options() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=OPTIONS)


@settings(deadline=None, derandomize=True, database=None, max_examples=200)
@given(_options(), _options(), _options(), _options())
def test_the_nearest_wins(pipeline: Any, outer: Any, inner: Any, own: Any) -> None:
    """Each option has the value of the nearest level that names it, `None` included."""
    nested: Any = Group("inner").defaults(**inner).task("x", **own)
    spec = (
        Pipeline("p")
        .defaults(**pipeline)
        .then(Group("outer").defaults(**outer).then(nested).task("y"))
        .task("z", **own)
        .build()
    )

    assert spec.defaults == pipeline
    assert [group.defaults for group in spec.groups] == [outer, inner]
    x, y, z = spec.tasks
    assert x.inherited_options == {**pipeline, **outer, **inner}
    assert x.options == {**pipeline, **outer, **inner, **own}
    assert (y.options, y.own_options) == ({**pipeline, **outer}, {})
    assert (z.options, z.own_options, z.inherited_options) == ({**pipeline, **own}, own, pipeline)


def test_a_later_call_wins_over_an_earlier_one() -> None:
    """`.defaults` may be called again, anywhere in the chain; it holds for all tasks of it."""
    spec = Pipeline("p").defaults(retries=1, owner="a").task("a").defaults(retries=2).task("b").build()

    assert [one.options for one in spec.tasks] == [{"retries": 2, "owner": "a"}] * 2


def test_groups_written_inline_have_defaults() -> None:
    """They hold for the group, and not for what comes after `.end()`."""
    spec = Pipeline("p").group("g").defaults(retries=1).task("a").end().task("b").build()

    assert [one.options for one in spec.tasks] == [{"retries": 1}, {}]


def test_a_named_task_has_the_defaults_of_where_it_stands() -> None:
    """A task that only an arrow names inherits from the group that it stands in by that."""
    spec = Pipeline("p").then(Group("g").defaults(retries=1).then(task("a") >> task("b"))).build()

    assert [one.options for one in spec.tasks] == [{"retries": 1}] * 2


def test_pods_are_merged_field_by_field() -> None:
    """What a nearer pod says wins; what it leaves open comes from further out; `None` takes it away."""
    group = (
        Group("g").defaults(pod=Pod(memory="1Gi")).task("a", pod=Pod(cpu="2")).task("b").task("c", pod=None)
    )
    spec = Pipeline("p").defaults(pod=Pod(cpu="1", cpu_limit="4")).then(group).task("d").build()

    assert [one.options["pod"] for one in spec.tasks] == [
        Pod(cpu="2", memory="1Gi", cpu_limit="4"),
        Pod(cpu="1", memory="1Gi", cpu_limit="4"),
        None,
        Pod(cpu="1", cpu_limit="4"),
    ]


def test_merging_leaves_both_sides_as_they_are() -> None:
    """The result is a new mapping."""
    base, nearer = {"retries": 1, "pod": Pod(cpu="1")}, {"retries": 2, "pod": Pod(memory="1Gi")}

    assert merged(base, nearer) == {"retries": 2, "pod": Pod(cpu="1", memory="1Gi")}
    assert (base, nearer) == (
        {"retries": 1, "pod": Pod(cpu="1")},
        {"retries": 2, "pod": Pod(memory="1Gi")},
    )
    assert merged({}, {"pod": None}) == {"pod": None}
    assert merged({"pod": None}, {"pod": Pod(cpu="1")}) == {"pod": Pod(cpu="1")}
