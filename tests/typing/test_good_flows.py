"""
Good uses of arrows, labels and `chain`.
"""

from __future__ import annotations

from typing_extensions import assert_type

from flowkit import Flow, Group, Node, Pipeline, chain, label, python, task
from flowkit.builders.flow import Label, Labelled
from tests.typing import steps
from tests.typing.twins import kind

a, b, c, d = task("a", python(steps.double, 1)), task("b", python(steps.today)), task("c"), task("d")
group = Group("group").task("inner")


def edges(flow: Flow) -> list[tuple[str, str | None, str]]:
    """
    Return the arrows of a flow by the ids of their ends.
    """
    return [(arrow.upstream.id, arrow.label, arrow.downstream.id) for arrow in flow.arrows]


def test_arrows() -> None:
    """Arrows connect tasks and groups, whatever they return, and lists of them."""
    forward = a >> b
    backward = a << group
    fan = a >> [b, c] >> d
    pair = a >> (b, group)

    assert_type(forward, Flow)
    assert edges(forward) == [("a", None, "b")]
    assert_type(backward, Flow)
    assert edges(backward) == [("group", None, "a")]
    assert_type(fan, Flow)
    assert edges(fan) == [("a", None, "b"), ("a", None, "c"), ("b", None, "d"), ("c", None, "d")]
    assert_type(pair, Flow)
    assert edges(pair) == [("a", None, "b"), ("a", None, "group")]


def test_arrows_from_lists() -> None:
    """A list may stand before an arrow."""
    several: list[Node] = [a, group]
    into = [a, b] >> c
    back = [a, b] << c
    out = several >> c

    assert_type(into, Flow)
    assert edges(into) == [("a", None, "c"), ("b", None, "c")]
    assert_type(back, Flow)
    assert edges(back) == [("c", None, "a"), ("c", None, "b")]
    assert_type(out, Flow)
    assert edges(out) == [("a", None, "c"), ("group", None, "c")]


def test_flows_are_values() -> None:
    """Flows connect to flows."""
    left, right = a >> b, c >> d
    whole = left >> right

    assert_type(whole, Flow)
    assert edges(whole) == [("a", None, "b"), ("c", None, "d"), ("b", None, "c")]


def test_label() -> None:
    """A label stands in an arrow; an arrow with a label needs another end."""
    text = label("weekend")
    waiting = a >> text
    done = waiting >> [b, c]
    backward = b << label("back") << a
    flow = (a >> b) >> label("then") >> c

    assert_type(text, Label)
    assert kind(text) is Label
    assert_type(waiting, Labelled)
    assert kind(waiting) is Labelled
    assert_type(done, Flow)
    assert edges(done) == [("a", "weekend", "b"), ("a", "weekend", "c")]
    assert_type(backward, Flow)
    assert edges(backward) == [("a", "back", "b")]
    assert_type(flow, Flow)
    assert edges(flow) == [("a", None, "b"), ("b", "then", "c")]


def test_chain() -> None:
    """`chain` connects nodes, lists, flows and labels."""
    line = chain(a, [b, c], d)
    mixed = chain(a >> b, label("then"), group)

    assert_type(line, Flow)
    assert edges(line) == edges(a >> [b, c] >> d)
    assert_type(mixed, Flow)
    assert edges(mixed) == [("a", None, "b"), ("b", "then", "group")]


def test_flows_are_placed() -> None:
    """`.then` and `.add` take flows beside nodes."""
    pipeline = Pipeline("etl").then(a >> b).add(chain(c, d), task("e")).then(group)

    assert_type(pipeline, Pipeline)
    assert kind(pipeline) is Pipeline
    assert [one.task_id for one in pipeline.build().tasks] == ["a", "b", "c", "d", "e", "group.inner"]
