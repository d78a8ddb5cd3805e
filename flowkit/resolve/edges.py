"""
Turns chains, arrows and `after` into edges.

An edge belongs to the smallest scope that holds both ends. Scopes are resolved from the inside out, so the roots
and leaves of every group in a scope are known before the scope itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean
from flowkit.draft.nodes import GroupNode, Target, TaskNode
from flowkit.model.calls import PythonCall
from flowkit.resolve.layout import Layout, LinkPosition, NodePosition, Scope, TaskPosition


class Graph:
    """
    The edges of one pipeline: between nodes, and the resulting ones between tasks.
    """

    def __init__(self, layout: Layout, problems: list[Problem]) -> None:
        self.layout = layout
        self.problems = problems
        count = len(layout.tasks)
        self.upstream: list[set[int]] = [set() for _ in range(count)]
        self.downstream: list[set[int]] = [set() for _ in range(count)]
        self.edges: dict[tuple[NodePosition, NodePosition], str | None] = {}
        self._teardowns: set[int] = {
            position.first for position in layout.tasks if position.node.role == "teardown"
        }
        self.setups: set[TaskPosition] = {
            position for position in layout.tasks if position.node.role == "setup"
        }
        """The setup tasks: those made by `setup`, and those that a teardown names."""

        self.routes: dict[TaskPosition, dict[str, tuple[str, ...]]] = {}
        """By branch and key: the ids of what runs."""

        self.chained: dict[int, set[int]] = {}
        """In a pipeline with branches, by task: those that it waits for since they are in the link before it."""

        self._has_branches = any(
            isinstance(position.node.action, PythonCall) and position.node.action.routes is not None
            for position in layout.tasks
        )
        self._own: dict[Scope, list[tuple[NodePosition, NodePosition, str | None]]] = {}
        self._roots: dict[Scope, list[int]] = {}
        self._leaves: dict[Scope, list[int]] = {}

    def connect(self, data: Iterable[tuple[TaskPosition, NodePosition]]) -> None:
        """
        Compute all edges; *data* are those that come from outputs.
        """
        for arrow in self.layout.arrows:
            # What is missing is, or is in, an old copy of a group, which has been reported.
            upstream = self.layout.placed.get(arrow.upstream)
            downstream = self.layout.placed.get(arrow.downstream)
            if upstream is not None and downstream is not None:
                self._record(upstream, downstream, arrow.location, arrow.label)
        for member in self.layout.members:
            node = cast("TaskNode | GroupNode", member.node)  # only the outermost scope has a draft
            if node.after:
                self._add_after_edges(member, node.after)
            if isinstance(member, TaskPosition):
                if member.node.setups:
                    self._add_setup_edges(member)
                self._add_route_edges(member)
        for upstream, downstream in data:
            if not _holds(downstream, upstream):
                self._record(upstream, downstream, downstream.location)
        self._resolve(self.layout.root)

    def _add_after_edges(self, member: NodePosition, targets: tuple[Target, ...]) -> None:
        for target in targets:
            upstream = self._target(target, member, cast("Scope", member.parent))
            if upstream is not None:
                self._record(upstream, member, member.location)

    def _add_setup_edges(self, position: TaskPosition) -> None:
        for target in position.node.setups:
            setup = self._target(target, position, cast("Scope", position.parent))
            if isinstance(setup, TaskPosition):
                self.setups.add(setup)
                self._record(setup, position, position.location)
            elif setup is not None:
                message = f"Teardown {position.path!r} names group {setup.path!r} among its setups."
                self.problems.append(Problem("FK113", message, "A setup must be a task.", position.location))

    def _add_route_edges(self, position: TaskPosition) -> None:
        call = position.node.action
        if not isinstance(call, PythonCall) or call.routes is None:
            return
        routes: dict[str, tuple[str, ...]] = {}
        for key, targets in call.routes.items():
            nodes = [self._target(target, position, cast("Scope", position.parent)) for target in targets]
            ends = [node for node in nodes if node is not None]
            for end in ends:
                self._record(position, end, call.location)
            routes[key] = tuple(end.full_id for end in ends)
        self.routes[position] = routes

    def _target(self, target: Target, member: NodePosition, scope: Scope) -> NodePosition | None:
        if isinstance(target, str):
            node = scope.find(target)
            if node is None or node is self.layout.root:
                self._report_unknown(target, member, scope)
                return None
            return node
        return self.layout.placed.get(target)

    def _report_unknown(self, target: str, member: NodePosition, scope: Scope) -> None:
        last = target.rpartition(".")[2]
        namesakes = [other.path for other in self.layout.members if other.id == last and other is not member]
        own = scope.inside
        known = [other.path for other in self.layout.members if other is not member]
        # Neighbours can be named without the path.
        short = [path[len(own) :] for path in known if own and path.startswith(own)]
        names = ", ".join(repr(child) for child in list(scope.names)[:8])
        hint = did_you_mean(
            namesakes[0] if namesakes else target,
            [*short, *known],
            otherwise=f"Ids here: {names}. A task in a group is named with it: 'group.task'.",
        )
        kind = "Task" if isinstance(member, TaskPosition) else "Group"
        message = f"{kind} {member.path!r} waits for {target!r}, which is not in the pipeline."
        self.problems.append(Problem("FK102", message, hint, member.location))

    def _record(
        self, upper: NodePosition, lower: NodePosition, location: SourceLocation, label: str | None = None
    ) -> None:
        if upper is lower or _holds(upper, lower) or _holds(lower, upper):
            self._report_self(upper, lower, location)
            return
        self._own.setdefault(_common(upper, lower), []).append((upper, lower, label))

    def _report_self(
        self, upstream: NodePosition, downstream: NodePosition, location: SourceLocation
    ) -> None:
        kind = "Task" if isinstance(downstream, TaskPosition) else "Group"
        if upstream is downstream:
            what = "itself"
        elif _holds(upstream, downstream):
            what = f"group {upstream.path!r}, which contains it"
        else:
            what = f"{upstream.path!r}, which it contains"
        message = f"{kind} {downstream.path!r} waits for {what}: it could never start."
        self.problems.append(Problem("FK110", message, "Remove that edge.", location))

    def _resolve(self, scope: Scope) -> None:
        for child in scope.children:
            if isinstance(child, Scope):
                self._resolve(child)
        for upper, lower, label in self._own.get(scope, ()):
            self._add(upper, lower, label)
        self._chain(scope)
        if scope is self.layout.root:
            return  # no edge ends at the pipeline
        inside = range(scope.first, scope.last)
        self._roots[scope] = self._ends(scope.children, inside, self.upstream)
        self._leaves[scope] = self._past_teardowns(
            self._ends(scope.children, inside, self.downstream), inside
        )

    def _chain(self, scope: Scope) -> None:
        previous: list[NodePosition] = []
        for step in scope.links:
            if not step.link.chained or not step.members:
                continue
            if previous:
                # `after` takes the place of the edge from the previous link.
                waiting = [end for end in self._link_ends(step, self.upstream) if not _has_after(end, scope)]
                for upstream in previous:
                    for downstream in waiting:
                        self._add(upstream, downstream)
                        if self._has_branches:
                            self._note_chained(upstream, downstream)
            # As in Airflow, a teardown is not a leaf: what comes next follows what the teardown followed.
            ends = self._following(step) if self._teardowns else self._link_ends(step, self.downstream)
            previous = ends or previous

    def _note_chained(self, upstream: NodePosition, downstream: NodePosition) -> None:
        for number in self._ends_of(downstream, self.upstream):
            self.chained.setdefault(number, set()).update(self._ends_of(upstream, self.downstream))

    def _following(self, step: LinkPosition) -> list[NodePosition]:
        ends = self._link_ends(step, self.downstream)
        if not any(end.first in self._teardowns for end in ends if isinstance(end, TaskPosition)):
            return ends
        inside = range(step.members[0].first, step.members[-1].last)
        following: list[NodePosition] = []
        for end in ends:
            if isinstance(end, TaskPosition):
                numbers = self._past_teardowns([end.first], inside)
                following.extend(self.layout.tasks[number] for number in numbers)
            else:
                following.append(end)
        return list(dict.fromkeys(following))

    def _past_teardowns(self, leaves: list[int], inside: range) -> list[int]:
        """
        Return *leaves* with each teardown replaced by the tasks before it, as in Airflow's groups.
        """
        if not self._teardowns:
            return leaves
        kept: dict[int, None] = {}
        for leaf in leaves:
            waiting = [leaf]
            while waiting:
                number = waiting.pop()
                if not self._tears_down(number):
                    kept[number] = None
                    continue
                for above in sorted(self.upstream[number], reverse=True):
                    position = self.layout.tasks[above]
                    others = [
                        below
                        for below in self.downstream[above]
                        if below in inside and below != number and not self._tears_down(below)
                    ]
                    if above in inside and (
                        self._tears_down(above) or not (others or position in self.setups)
                    ):
                        waiting.append(above)
        return list(kept)

    def _tears_down(self, number: int) -> bool:
        return number in self._teardowns

    def _link_ends(self, step: LinkPosition, towards: list[set[int]]) -> list[NodePosition]:
        """
        Return the roots (or leaves) of a link: whole groups where all roots of the group are roots of the link.
        """
        if len(step.members) == 1:
            return step.members

        inside = range(step.members[0].first, step.members[-1].last)
        ends: list[NodePosition] = []
        for member in step.members:
            own = self._ends_of(member, towards)
            free = [number for number in own if not _any_in(towards[number], inside)]
            if len(free) == len(own):
                ends.append(member)
            else:
                ends.extend(self.layout.tasks[number] for number in free)
        return ends

    def _ends(self, members: list[NodePosition], inside: range, towards: list[set[int]]) -> list[int]:
        numbers = [number for member in members for number in self._ends_of(member, towards)]
        return [number for number in numbers if not (towards[number] and _any_in(towards[number], inside))]

    def _ends_of(self, member: NodePosition, towards: list[set[int]]) -> list[int]:
        if isinstance(member, TaskPosition):
            return [member.first]
        return (self._roots if towards is self.upstream else self._leaves)[member]

    def _add(self, upstream: NodePosition, downstream: NodePosition, label: str | None = None) -> None:
        ends = (upstream, downstream)
        if self.edges.get(ends) is None:
            self.edges[ends] = label
        if isinstance(upstream, TaskPosition) and isinstance(downstream, TaskPosition):
            self.downstream[upstream.first].add(downstream.first)
            self.upstream[downstream.first].add(upstream.first)
            return
        below = self._ends_of(downstream, self.upstream)
        for number in self._ends_of(upstream, self.downstream):
            self.downstream[number].update(below)
            for other in below:
                self.upstream[other].add(number)


def _any_in(numbers: set[int], inside: range) -> bool:
    fewer, others = (inside, numbers) if len(numbers) > len(inside) else (numbers, inside)
    for number in fewer:  # noqa: SIM110 - a plain loop is faster here: nearly always there is one number, or none
        if number in others:
            return True
    return False


def _has_after(end: NodePosition, scope: Scope) -> bool:
    # The root of a link may be a task in one of its groups: the link's own node decides.
    while end.parent is not scope and end.parent is not None:
        end = end.parent
    return cast("TaskNode | GroupNode", end.node).after is not None  # only the outermost scope has a draft


def _holds(outer: NodePosition, inner: NodePosition) -> bool:
    return isinstance(outer, Scope) and inner.within(outer)


def _common(first: NodePosition, second: NodePosition) -> Scope:
    upper, lower = first.parent, second.parent
    while upper is not lower:
        if upper is None or lower is None:  # pragma: no cover - both end at the pipeline
            msg = "two nodes of one pipeline have no scope in common"
            raise AssertionError(msg)
        if upper.depth >= lower.depth:
            upper = upper.parent
        else:
            lower = lower.parent
    if upper is None:  # pragma: no cover - only the pipeline has no parent, and no edge ends there
        msg = "an edge ends at the pipeline"
        raise AssertionError(msg)
    return upper
