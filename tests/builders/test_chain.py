"""
The chain: links, groups written inline, `apply`, immutability, and what cannot be placed.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from typing import Any

import pytest

from flowkit import Group, Pipeline, label, python, task
from flowkit.model.pipeline import PipelineSpec
from tests.recorded import problem_of
from tests.resolve.locations import mark


def fn(*values: Any) -> Any:
    """What the tasks do."""


def _upstream(spec: PipelineSpec) -> dict[str, tuple[str, ...]]:
    return {one.task_id: one.upstream for one in spec.tasks}


def test_links_follow_each_other() -> None:
    """Tasks, groups and several nodes in one link: what comes before joins the roots, what comes after the leaves."""
    inner = Group("g").task("x").task("y")
    spec = Pipeline("p").task("a").then(task("b"), inner).task("c").build()

    assert _upstream(spec) == {"a": (), "b": ("a",), "g.x": ("a",), "g.y": ("g.x",), "c": ("b", "g.y")}
    assert [(edge.upstream, edge.downstream) for edge in spec.edges] == [
        ("g.x", "g.y"),
        ("a", "b"),
        ("a", "g"),
        ("b", "c"),
        ("g", "c"),
    ]


def test_data_within_a_link_orders_it() -> None:
    """Nodes of one link run side by side unless data says otherwise; the link begins and ends accordingly."""
    fetch = task("fetch", python(fn))
    valid = task("valid", python(fn, fetch.output))

    assert _upstream(Pipeline("p").task("start").then(fetch, valid).task("end").build()) == {
        "start": (),
        "fetch": ("start",),
        "valid": ("fetch",),
        "end": ("valid",),
    }


def test_what_is_added_stands_beside_the_chain() -> None:
    """`.add` places, and makes no edges."""
    spec = Pipeline("p").task("a").add(task("x"), task("y", after="a")).task("b").build()

    assert _upstream(spec) == {"a": (), "x": (), "y": ("a",), "b": ("a",)}
    assert _upstream(Pipeline("p").add(task("x")).task("a").build()) == {"x": (), "a": ()}


def test_after_takes_the_place_of_the_previous_link() -> None:
    """Nodes and ids, one or several; `()` is none; the next link follows this one, and not what it jumped."""
    a = task("a")
    spec = (
        Pipeline("p")
        .then(a)
        .task("b")
        .task("c", after=a)
        .task("d", after="b")
        .task("e", after=[a, "b"])
        .task("f", after=())
        .task("g")
        .group("h", after="a")
        .task("x")
        .end()
        .build()
    )

    assert _upstream(spec) == {
        "a": (),
        "b": ("a",),
        "c": ("a",),
        "d": ("b",),
        "e": ("a", "b"),
        "f": (),
        "g": ("f",),
        "h.x": ("a",),
    }


def test_after_nothing_in_a_group_keeps_the_edges_of_the_group() -> None:
    """`after=()` replaces the edge of the chain that it stands in; the group still follows what comes before it."""
    spec = Pipeline("p").task("start").group("g").task("a").task("b", after=()).end().task("end").build()

    assert _upstream(spec) == {"start": (), "g.a": ("start",), "g.b": ("start",), "end": ("g.a", "g.b")}


def test_a_lone_text_is_one_id() -> None:
    """`after="load"` waits for `load`, not for `l`, `o`, `a` and `d`."""
    spec = Pipeline("p").task("l").task("load").task("x", after="load").build()

    assert _upstream(spec)["x"] == ("load",)


def test_what_is_only_named_is_placed_where_it_is_named_first() -> None:
    """An arrow places in its link, `after` beside the chain; a later `.then` places instead, wherever it stands."""
    a, b, c, d = (task(name) for name in "abcd")
    group = Group("g").then(a >> b).then(task("x", after=[c, d]))
    spec = Pipeline("p").then(group).then(b).add(c >> d).build()

    assert [node.id for node in spec.nodes] == ["g", "a", "c", "d", "x", "b"]
    assert _upstream(spec) == {
        "g.a": (),
        "g.c": (),
        "g.d": ("g.c",),
        "g.x": ("g.c", "g.d"),
        "b": ("g.a", "g.x"),
    }


def test_what_a_named_group_holds_stands_in_it() -> None:
    """A task that is named before the group that holds it, and that is itself only named, stands in the group."""
    inner = task("inner")
    group = Group("g").then(inner)
    spec = Pipeline("p").add(task("a") >> inner).add(task("b") >> group).build()

    assert _upstream(spec) == {"a": (), "b": (), "g.inner": ("a", "b")}


def test_end_gives_back_the_parent() -> None:
    """Groups written inline may stand in each other; `.end()` returns to the chain around, whatever it is."""
    spec = (
        Pipeline("p")
        .group("outer", tooltip="Outer")
        .task("a")
        .group("inner")
        .task("b")
        .end()
        .task("c")
        .end()
        .task("d")
        .build()
    )
    group = Group("g").group("h").task("x").end()

    assert _upstream(spec) == {"outer.a": (), "outer.inner.b": ("outer.a",), "outer.c": ("outer.inner.b",),
                               "d": ("outer.c",)}  # fmt: skip
    assert [(one.group_id, one.parent_id) for one in spec.groups] == [
        ("outer", None),
        ("outer.inner", "outer"),
    ]
    assert spec.groups[0].settings == {"tooltip": "Outer"}
    assert isinstance(group, Group)


def test_apply_passes_the_chain_through_a_function() -> None:
    """Whatever the function returns comes back, at the place of the chain in which it was called."""

    def audited(chain: Pipeline, name: str, *, retries: int) -> Pipeline:
        return chain.task(name, retries=retries)

    spec = Pipeline("p").task("a").apply(audited, "audit", retries=2).task("b").build()

    assert _upstream(spec) == {"a": (), "audit": ("a",), "b": ("audit",)}
    assert spec.task("audit").options == {"retries": 2}
    assert Pipeline("p").apply(repr) == "<Pipeline 'p'>"


def test_apply_takes_a_function() -> None:
    """What cannot be called is a problem of the pipeline."""
    wrong: Any = Pipeline("p").task("a")
    here = mark()
    problem = problem_of(wrong.apply(wrong))
    assert (problem.code, problem.message) == ("FK008", ".apply() takes a function, not Pipeline.")
    assert str(problem.location) == here(1)


def test_chains_are_immutable() -> None:
    """Each method returns another object, and attributes can be neither assigned to nor deleted."""
    base = Pipeline("p").task("a")
    opened = base.group("g")
    group = Group("h").task("x")

    opened.task("lost")
    group.task("lost")
    assert [one.id for one in base.then(group).build().tasks] == ["a", "x"]
    assert [one.id for one in opened.task("b").end().build().tasks] == ["a", "b"]
    assert [one.id for one in opened.task("c").end().build().tasks] == ["a", "c"]
    for chain in (base, opened, group):
        with pytest.raises(AttributeError) as caught:
            setattr(chain, "dag_id", "x")  # noqa: B010 - no checker would let an assignment pass
        assert str(caught.value) == (
            f"{chain!r} is immutable: 'dag_id' cannot be assigned to or deleted. Methods return a new object: use "
            "what they return."
        )
        with pytest.raises(AttributeError, match="is immutable"):
            del chain._last


def test_builders_show_what_they_are() -> None:
    """Their repr names them, and what is missing."""
    shown = [Pipeline("p"), Group("g"), Pipeline("p").group("g"), task("t"), python(fn)]

    assert [repr(one) for one in shown] == [
        "<Pipeline 'p'>",
        "<Group 'g'>",
        "<group 'g' without .end()>",
        "<Task 't'>",
        "<Action fn>",
    ]


OUTPUT: Any = task("x", python(fn)).output
WHAT = ".then() places tasks, groups and flows, not "
NOT_PLACED: list[tuple[Any, str]] = [
    (
        "a",
        f"{WHAT}the string 'a'. Write .task('a') to add a task, or after='a' to wait for an existing one.",
    ),
    (OUTPUT, f"{WHAT}the output of task 'x'. Place the task itself, without `.output`."),
    (
        task("a") >> label("x"),
        f'{WHAT}an arrow without an end. Add a node after the label: a >> label("…") >> b.',
    ),
    (
        Pipeline("q").group("g"),
        f"{WHAT}<group 'g' without .end()>. Create it with Group(…): `.group(…)` adds a group inline.",
    ),
    ([task("a")], f"{WHAT}a list. Write .then(*nodes)."),
    ((), f"{WHAT}a tuple. Write .then(*nodes)."),
    (3, f"{WHAT}int. Create a task with task(…) and a group with Group(…)."),
    (None, f"{WHAT}NoneType. Create a task with task(…) and a group with Group(…)."),
    (Pipeline("q"), f"{WHAT}Pipeline. Create a task with task(…) and a group with Group(…)."),
    (python(fn), f"{WHAT}Action. Create a task with task(…) and a group with Group(…)."),
]


@pytest.mark.parametrize(("node", "message"), NOT_PLACED, ids=lambda value: type(value).__name__)
def test_fk008_what_cannot_be_placed(node: Any, message: str) -> None:
    """`.then` and `.add` say what they take, at the line of the call within the chain."""
    chain = Pipeline("p")
    here = mark()
    caught = problem_of(chain.task("first").then(node))

    assert str(caught) == f"{here(1)}: FK008 {message}"
    assert re.search(r"FK008 \.add", str(problem_of(chain.add(node))))


def test_fk008_nothing_to_place() -> None:
    """An empty link is a mistake: most often a list that was empty."""
    here = mark()
    caught = problem_of(Pipeline("p").add(*[]))

    assert str(caught) == f"{here(1)}: FK008 .add() got no tasks or groups. Write .add(extract, load)."


UNKNOWN: list[tuple[Callable[[Any], object], str]] = [
    (lambda chain: chain.task("a", retires=1), ".task('a')"),
    (lambda chain: chain.defaults(retires=1), "Pipeline('p').defaults()"),
    (lambda chain: chain.group("g").defaults(retires=1), ".group('g').defaults()"),
    (lambda chain: Group("g").defaults(retires=1), "Group('g').defaults()"),  # type: ignore[call-arg]
    (lambda chain: task("a", retires=1), "task('a')"),  # type: ignore[call-arg]
]


@pytest.mark.parametrize(("call", "name"), UNKNOWN)
def test_fk005_an_unknown_option(call: Callable[[Any], object], name: str) -> None:
    """The call is named as it is written."""
    caught = problem_of(call(Pipeline("p")))

    assert str(caught).split(": ", 1)[1] == (
        f"FK005 {name} got 'retires', which does not exist. Did you mean 'retries'?"
    )


def test_places_are_lines_of_calls() -> None:
    """In a chain over several lines each node has the line of its own call."""
    here = mark()
    spec = (
        Pipeline("p")
        .task("a")
        .group("g")
        .task("b")
        .end()
        .build()
    )  # fmt: skip

    assert [str(node.location) for node in (spec, *spec.nodes)] == [here(2), here(3), here(4), here(5)]


def test_specs_survive_pickling() -> None:
    """A spec holds nothing of the builders, and travels between processes."""
    a = task("a", python(fn, 1))
    spec = Pipeline("p").then(a).task("b", python(fn, f"{a.output}")).build()

    assert pickle.loads(pickle.dumps(spec)) == spec  # noqa: S301
