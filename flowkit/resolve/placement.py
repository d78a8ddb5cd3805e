"""
Decides where each node of a draft is placed.

`then`, `add` and `group` place a node. Arrows and `after` refer to a node, and place it only if nothing else does. That
is known only when the whole draft has been read, so reading comes first, then the layout.
"""

from __future__ import annotations

import itertools
from typing import TypeAlias

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.draft.nodes import Draft, GroupNode, Link, Named, TaskNode
from flowkit.model.calls import PythonCall
from flowkit.resolve.layout import Layout, LinkPosition, NodePosition, Scope, TaskPosition

Node: TypeAlias = "TaskNode | GroupNode"

# Deeper nesting comes close to Python's recursion limit, first of all in Airflow's serialization.
MAX_GROUP_DEPTH = 50


class _Reader:
    """
    Reads a draft: which link places which node.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.placed_by: dict[Node, Link] = {}
        """The link that each node is placed by."""

        self.added: dict[Link, list[Node]] = {}
        """By link: what is placed beside it only because an `after` names it."""

        self.joined: dict[Link, list[Node]] = {}
        """By link: what is placed in it only because a branch leads to it."""

        self._lineages: dict[object, GroupNode] = {}
        self._pending: list[tuple[Link, Node, bool]] = []

    def read(self, draft: Draft) -> None:
        self._read_links(draft.links, depth=1)
        placed_later = self._below_named()
        # A node placed by reference may refer to more: continue until nothing is pending.
        position = 0
        while position < len(self._pending):
            link, node, in_link = self._pending[position]
            position += 1
            if node in self.placed_by or node in placed_later or self._is_old_copy(node, link.location):
                continue
            self.placed_by[node] = link
            (self.joined if in_link else self.added).setdefault(link, []).append(node)
            self._read_node(node, link, depth=1)

    def _below_named(self) -> set[Node]:
        """
        Return what is placed by groups that are themselves only named: it belongs to them, wherever else it is named.
        """
        reached = {node: None for _, node, _ in self._pending if node not in self.placed_by}
        waiting = list(reached)
        placed: set[Node] = set()
        for node in waiting:  # grows
            near = [target for target in node.after or () if not isinstance(target, str)]
            held = [n for link in node.links for n in link.nodes] if isinstance(node, GroupNode) else []
            placed.update(inner for inner in held if not isinstance(inner, Named))
            for other in [*near, *(inner.node if isinstance(inner, Named) else inner for inner in held)]:
                if other not in reached and other not in self.placed_by:
                    reached[other] = None
                    waiting.append(other)
        return placed

    def _read_links(self, links: tuple[Link, ...], depth: int) -> None:
        for link in links:
            for node in link.nodes:
                if isinstance(node, Named):
                    self._pending.append((link, node.node, True))
                else:
                    self._place(node, link, depth)

    def _place(self, node: Node, link: Link, depth: int) -> None:
        if node in self.placed_by:
            kind = "Task" if isinstance(node, TaskNode) else "Group"
            first = self.placed_by[node].location
            message = f"{kind} {node.id!r} ({node.location}) is placed twice, here and at {first}."
            hint = "Make a second one with another id, or refer to the first with `after`."
            self.problems.append(Problem("FK104", message, hint, link.location))
            return
        if isinstance(node, GroupNode) and self._is_old_copy(node, link.location):
            return
        self.placed_by[node] = link
        self._read_node(node, link, depth)

    def _is_old_copy(self, node: Node, location: SourceLocation) -> bool:
        if isinstance(node, TaskNode):
            return False
        first = self._lineages.setdefault(node.lineage, node)
        if first is node:
            return False
        message = (
            f"Group {node.id!r} is placed here and at {self.placed_by[first].location} in different versions: builders "
            "are immutable, so .task(), .then() and the like return a new group and leave the old one unchanged."
        )
        hint = f"Keep what the last step returns (group = group.task(…)) and use only that {node.id!r}."
        self.problems.append(Problem("FK105", message, hint, location))
        return True

    def _read_node(self, node: Node, link: Link, depth: int) -> None:
        for target in node.after or ():
            if not isinstance(target, str):
                self._pending.append((link, target, False))
        if isinstance(node, TaskNode):
            for setup in node.setups:
                if not isinstance(setup, str):
                    self._pending.append((link, setup, False))
            if isinstance(node.action, PythonCall) and node.action.routes:
                for target in itertools.chain.from_iterable(node.action.routes.values()):
                    # Beside the branch: what follows it follows its targets.
                    if not isinstance(target, str):
                        self._pending.append((link, target, True))
        # Deeper nodes are reported by the layout, which also knows the depth of nodes that are only named.
        elif depth <= MAX_GROUP_DEPTH:
            self._read_links(node.links, depth + 1)


def lay_out(draft: Draft, problems: list[Problem]) -> Layout:
    """
    Return *draft* with every node placed. What cannot be placed is left out and reported in *problems*.
    """
    reader = _Reader(problems)
    reader.read(draft)
    layout = Layout(Scope(draft, None))
    _fill(layout, layout.root, draft.links, reader, problems)
    return layout


def _fill(
    layout: Layout, scope: Scope, links: tuple[Link, ...], reader: _Reader, problems: list[Problem]
) -> None:
    scope.first = len(layout.tasks)
    added, joined, placed_by, placed = reader.added, reader.joined, reader.placed_by, layout.placed
    for link in links:
        for node in added.get(link, ()) if added else ():
            # Beside the chain, as with `.add`: it was only named, so it follows nothing.
            beside = LinkPosition(Link((), (), chained=False, location=link.location), scope)
            scope.links.append(beside)
            _put(layout, beside, node, reader, problems)
        step = LinkPosition(link, scope)
        scope.links.append(step)
        for given in link.nodes:
            node = given.node if isinstance(given, Named) else given
            if placed_by.get(node) is link and node not in placed:
                _put(layout, step, node, reader, problems)
        for node in joined.get(link, ()) if joined else ():
            if node not in placed:
                _put(layout, step, node, reader, problems)
        layout.arrows.extend(link.arrows)
    scope.last = len(layout.tasks)


def _put(layout: Layout, step: LinkPosition, node: Node, reader: _Reader, problems: list[Problem]) -> None:
    scope = step.scope
    member: NodePosition
    if isinstance(node, TaskNode):
        member = TaskPosition(node, scope, len(layout.tasks))
        layout.tasks.append(member)
    else:
        member = Scope(node, scope)
        layout.groups.append(member)
    layout.members.append(member)
    layout.placed[node] = member
    step.members.append(member)
    scope.children.append(member)
    if node.id in scope.names:
        # An invalid id may be a text that stands for many.
        if not (_has_invalid_id(member) or _has_invalid_id(scope.names[node.id])):
            _report_duplicate(member, scope.names[node.id], scope, problems)
    else:
        scope.names[node.id] = member
    if not isinstance(member, Scope) or not isinstance(node, GroupNode):
        return
    if member.depth > MAX_GROUP_DEPTH:
        message = f"Group {node.id!r} is nested more than {MAX_GROUP_DEPTH} groups deep."
        hint = "Build flatter groups: Airflow cannot handle such a depth."
        problems.append(Problem("FK111", message, hint, node.location))
        return
    _fill(layout, member, node.links, reader, problems)


def _has_invalid_id(position: NodePosition) -> bool:
    return not position.id or any(problem.code == "FK001" for problem in position.node.problems)


def _report_duplicate(
    member: NodePosition, first: NodePosition, scope: Scope, problems: list[Problem]
) -> None:
    where = f"group {scope.path!r}" if scope.path else "the pipeline"
    kind = "task" if isinstance(member, TaskPosition) else "group"
    other = "task" if isinstance(first, TaskPosition) else "group"
    message = f"Duplicate {kind} id {member.id!r} in {where}, first used by the {other} at {first.location}."
    problems.append(Problem("FK101", message, "Give one of them another id.", member.location))
