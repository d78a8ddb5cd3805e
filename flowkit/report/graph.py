"""
The graph of a pipeline for rendering: nodes, edges, and their state in a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from flowkit.report.changes import Change
from flowkit.report.plan import Plan

State: TypeAlias = Literal["added", "removed", "changed"]
Mark: TypeAlias = Literal["mapped", "branch", "setup", "teardown"]

MAX_COMPLETE_TASKS: Final = 30
"""Larger pipelines are reduced to the neighborhood of the change."""


@final
@attrs.frozen
class Node:
    """
    A task, or a group.
    """

    id: str
    label: str
    parent: str | None
    """The enclosing group."""

    group: bool = False
    marks: tuple[Mark, ...] = ()
    state: State | None = None


@final
@attrs.frozen
class Edge:
    """
    An edge between tasks or groups.
    """

    upstream: str
    downstream: str
    label: str | None = None
    state: State | None = None


@final
@attrs.frozen
class Graph:
    """
    The nodes and edges of a pipeline.
    """

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def touched(self) -> bool:
        """
        Whether a node or an edge changed.
        """
        return any(node.state for node in self.nodes) or any(edge.state for edge in self.edges)

    def children(self, parent: str | None) -> tuple[Node, ...]:
        """
        Return the direct children of a group, or the top level for `None`.
        """
        return tuple(node for node in self.nodes if node.parent == parent)

    def tasks_in(self, group: str) -> list[Node]:
        """
        Return all tasks in a group and its nested groups.
        """
        found: list[Node] = []
        for child in self.children(group):
            found += self.tasks_in(child.id) if child.group else [child]
        return found


def marks_of(node: Mapping[str, Any]) -> tuple[Mark, ...]:
    """
    Return the marks of a task or a group of a plan.
    """
    runs = node.get("runs", {})
    found: list[Mark] = []
    if "mapped" in node or runs.get("kind") == "each":
        found.append("mapped")
    if "routes" in runs.get("call", runs):
        found.append("branch")
    if node.get("role"):
        found.append(node["role"])
    return tuple(found)


def graph_of(name: str, plan: Plan, order: Iterable[str] = ()) -> Graph:
    """
    Return the graph of a pipeline.

    Args:
        name: The id of the pipeline.

        plan: The pipeline.

        order: The ids of tasks and groups in source order.
    """
    return Graph(name, tuple(_nodes(plan, order, {})), tuple(_edges(plan["edges"], {})))


def _nodes(plan: Plan, order: Iterable[str], states: Mapping[str, State]) -> list[Node]:
    both = {**plan["groups"], **plan["tasks"]}
    ids = [*dict.fromkeys([*(one for one in order if one in both), *both])]
    return [
        Node(
            one,
            str(both[one]["id"]),
            both[one].get("group"),
            one in plan["groups"],
            marks_of(both[one]),
            states.get(one),
        )
        for one in ids
    ]


def _edges(edges: Mapping[str, str | None], states: Mapping[str, State]) -> list[Edge]:
    found = []
    for name, label in edges.items():
        upstream, _, downstream = name.partition(" >> ")
        found.append(Edge(upstream, downstream, label, states.get(name)))
    return found


def graph_of_change(name: str, old: Plan | None, new: Plan | None, found: Sequence[Change]) -> Graph:
    """
    Return the graph of a changed pipeline, including removed nodes and edges.

    Args:
        name: The id of the pipeline.

        old: The pipeline before; `None` if it was added.

        new: The pipeline after; `None` if it was removed.

        found: The changes.
    """
    empty: Plan = {"groups": {}, "tasks": {}, "edges": {}}
    old, new = old or empty, new or empty
    states = _states(old, new, found)
    both = {part: {**old[part], **new[part]} for part in ("groups", "tasks", "edges")}
    graph = Graph(name, tuple(_nodes(both, (), states)), tuple(_edges(both["edges"], states)))
    if len(both["tasks"]) <= MAX_COMPLETE_TASKS or not (old["tasks"] and new["tasks"]):
        return graph
    return _near(graph)


def _states(old: Plan, new: Plan, found: Sequence[Change]) -> dict[str, State]:
    states: dict[str, State] = {}
    for part in ("groups", "tasks", "edges"):
        states |= {name: "removed" for name in old[part] if name not in new[part]}
        states |= {name: "added" for name in new[part] if name not in old[part]}
    for change in found:
        if change.kind == "changed" and change.what in {"task", "group", "edge"}:
            states.setdefault(change.name, "changed")
    return states


def _near(graph: Graph) -> Graph:
    touched = {node.id for node in graph.nodes if node.state}
    for edge in graph.edges:
        if edge.state:
            touched |= {edge.upstream, edge.downstream}
    ends = {
        end
        for edge in graph.edges
        if edge.upstream in touched or edge.downstream in touched
        for end in (edge.upstream, edge.downstream)
    }
    kept = touched | ends
    by_id = {node.id: node for node in graph.nodes}
    for one in list(kept):
        while (parent := by_id[one].parent) is not None:
            kept.add(parent)
            one = parent  # noqa: PLW2901 - the way up
    # A group at the end of an edge must contain a task to be rendered.
    for group in [one for one in kept if by_id[one].group]:
        if not any(node.id in kept for node in graph.tasks_in(group)):
            kept.update(node.id for node in graph.tasks_in(group)[:1])
    nodes = tuple(node for node in graph.nodes if node.id in kept)
    edges = tuple(edge for edge in graph.edges if edge.upstream in kept and edge.downstream in kept)
    return Graph(graph.name, nodes, edges)
