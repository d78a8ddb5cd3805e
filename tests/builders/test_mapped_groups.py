"""
What `each_group`, `each_group_kwargs` and `over.zip` take and refuse, and what stands for an item.
"""

from __future__ import annotations

from typing import Any

import attrs
import pytest

import flowkit
from flowkit import Group, Pipeline, each_group, over, python, task
from flowkit.model.calls import EachCall, ItemRef, PythonCall
from flowkit.model.pipeline import GroupSpec, PipelineSpec
from tests.recorded import problem_of

# No checker would let pass what is refused here.
each_group_kwargs: Any = flowkit.each_group_kwargs
zipped: Any = over.zip


@attrs.frozen
class Database:
    """A part of a configuration."""

    host: str


@attrs.frozen
class Source:
    """A configuration."""

    table: str
    database: Database

    @property
    def name(self) -> str:
        """Made from a field."""
        return self.table.title()


@attrs.frozen
class Other:
    """Another one, which shares a field with the first."""

    table: str


def show(*values: Any) -> None:
    """What the tasks do."""


def join(a: str, b: str = "default", c: str = "") -> Group[None]:
    """A group."""
    return Group("g").task("t", python(show, a, b, c))


def list_sets() -> list[dict[str, str]]:
    """Sets of arguments."""
    return []


def not_a_group(a: str) -> str:
    """No group."""
    return a


OUTPUT: Any = task("x", python(show)).output


def arguments(spec: PipelineSpec) -> tuple[Any, ...]:
    """Return what the task of the group gets."""
    call = spec.task("g.t").action
    assert isinstance(call, PythonCall)
    return call.args


def group_of(spec: PipelineSpec) -> GroupSpec:
    """Return the one group."""
    (group,) = spec.groups
    return group


def test_each_group_kwargs_completes_the_sets() -> None:
    """All sets get the same names, with the defaults of the function; what no set has is not mapped."""
    spec = Pipeline("p").then(each_group_kwargs(join, [{"a": "x"}, {"a": "y", "b": "z"}])).build()
    group = group_of(spec)
    assert group.by_set
    assert group.mapped == {"kwargs_sets": [{"a": "x", "b": "default"}, {"a": "y", "b": "z"}]}
    assert group.set_defaults == {}
    assert arguments(spec) == (ItemRef("g", "a"), ItemRef("g", "b"), "")


def test_each_group_kwargs_over_an_output() -> None:
    """Which arguments a set has is known when the pipeline runs."""
    x = task("x", python(list_sets))
    spec = Pipeline("p").then(x).then(each_group_kwargs(join, x.output, c="!")).build()
    group = group_of(spec)
    assert group.set_defaults == {"b": "default"}
    assert group.uses == ("x",)
    assert arguments(spec) == (ItemRef("g", "a"), ItemRef("g", "b"), "!")


@pytest.mark.parametrize(
    ("fn", "sets", "fixed", "said"),
    [
        (join, {"a": "x"}, {}, "FK008 each_group_kwargs() takes an output or a list of mappings"),
        (join, [], {}, "FK008 each_group_kwargs() takes an output or a list of mappings"),
        (join, ["x"], {}, "FK008 each_group_kwargs() takes an output or a list of mappings"),
        (join, [{"b": "x"}], {}, "FK304 each_group_kwargs(join, …) does not match the function's signature: missing"),
        (join, [{"a": "x", "d": 1}], {}, "FK304 each_group_kwargs(join, …) does not match the function's signature"),
        (not_a_group, [{"a": "x"}], {}, "FK008 each_group_kwargs() got not_a_group(), which returns GroupItem"),
        ("join", [{"a": "x"}], {}, "FK008 each_group_kwargs() takes a function, not str."),
    ],
)  # fmt: skip
def test_what_each_group_kwargs_refuses(fn: Any, sets: Any, fixed: dict[str, Any], said: str) -> None:
    """The call itself is wrong."""
    assert said in str(problem_of(each_group_kwargs(fn, sets, **fixed)))


def test_the_fields_of_configuration_objects() -> None:
    """At any depth."""

    def one(source: Source) -> Group[None]:
        return Group("g").task("t", python(show, source, source.table, source.database.host))

    sources = [Source("users", Database("a")), Source("orders", Database("b"))]
    for group in (
        each_group(one, over(sources)),
        each_group_kwargs(one, [{"source": one} for one in sources]),
    ):
        assert arguments(Pipeline("p").then(group).build()) == (
            ItemRef("g", "source"),
            ItemRef("g", "source", ("table",)),
            ItemRef("g", "source", ("database", "host")),
        )


@pytest.mark.parametrize(
    ("items", "name", "said"),
    [
        ([Source("a", Database("h"))], "tabel", "was asked for 'tabel', which is not a field of all items. Did you"),
        ([Source("a", Database("h"))], "name", "was asked for 'name', which is not a field of all items."),
        ([Source("a", Database("h")), Other("b")], "database", "'database', which is not a field of all items."),
        (["text"], "upper", "was asked for 'upper', which is not a field of all items."),
        ([{"table": "a"}], "table", "was asked for 'table', which is not a field of all items."),
        (OUTPUT, "table", "was asked for the attribute 'table'; the value exists only when the pipeline runs."),
    ],
)  # fmt: skip
def test_other_attributes_of_an_item(items: Any, name: str, said: str) -> None:
    """Only fields are known, and only where the items are there."""

    def one(item: Any) -> Group[None]:
        return Group("g").task("t", python(show, getattr(item, name)))

    problem = problem_of(each_group(one, over(items)))
    assert problem.code == "FK007"
    assert said in str(problem)


def test_a_field_that_all_items_share() -> None:
    """Their classes may differ."""

    def one(item: Any) -> Group[None]:
        return Group("g").task("t", python(show, item.table))

    group = each_group(one, over([Source("a", Database("h")), Other("b")]))
    assert arguments(Pipeline("p").then(group).build()) == (ItemRef("g", "item", ("table",)),)


def test_over_zip_of_lists() -> None:
    """They are zipped at once, as long as the shortest."""
    action = flowkit.each(lambda pair: pair, zipped([1, 2, 3], ("a", "b")))
    assert isinstance(action.call, EachCall)
    assert action.call.mapped == {"pair": [(1, "a"), (2, "b")]}


@pytest.mark.parametrize("sources", [([1], OUTPUT), (OUTPUT, [1]), (OUTPUT, 1)])
def test_what_over_zip_refuses(sources: Any) -> None:
    """The message has the word that was written."""
    assert problem_of(zipped(*sources)).message.startswith("over.zip() takes either outputs or lists, not ")
