"""
What a pipeline means, computed a second time from the rules in prose, as naively as it can be done.

Nothing here is shared with `flowkit`: plans are plain records, edges are pairs of tasks, and every question ("which
tasks are in it?", "which are its roots?") is answered anew each time it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias


@dataclass(eq=False)
class TaskPlan:
    """A task that is to be written."""

    key: int
    id: str = ""
    takes: list[tuple[NodePlan, int]] = field(default_factory=list)
    """Whose output it takes (a group's is that of the task it returns), and in which way that is written."""

    after: list[NodePlan | str] | None = None
    inline: bool = False


@dataclass(eq=False)
class GroupPlan:
    """A group that is to be written; the pipeline itself is one, too."""

    key: int
    links: list[LinkPlan]
    id: str = ""
    after: list[NodePlan | str] | None = None
    prefix: bool = True
    returned: TaskPlan | None = None
    inline: bool = False


@dataclass(eq=False)
class FlowPlan:
    """Arrows: every node of a step is connected with every node of the next one."""

    steps: list[list[NodePlan]]
    way: str
    """How it is written: `>>`, `<<` or `chain`, which connects lists of the same length pair by pair."""

    labels: list[str | None]

    def arrows(self) -> list[tuple[NodePlan, NodePlan]]:
        """The arrows in it."""
        found: list[tuple[NodePlan, NodePlan]] = []
        for above, below in zip(self.steps, self.steps[1:], strict=False):
            if self.way == "chain" and len(above) > 1 and len(below) > 1:
                found += zip(above, below, strict=True)
            else:
                found += product(above, below)
        return found

    def named(self) -> list[NodePlan]:
        """The nodes that it names, as one reads them."""
        steps = self.steps[::-1] if self.way == "<<" else self.steps
        return [node for step in steps for node in step]


@dataclass(eq=False)
class LinkPlan:
    """What one `.then(…)` or `.add(…)` is to get."""

    chained: bool
    items: list[NodePlan | FlowPlan]


NodePlan: TypeAlias = "TaskPlan | GroupPlan"
Edge: TypeAlias = "tuple[TaskPlan, TaskPlan]"


class Meaning:
    """
    Where each node of a pipeline stands, and which task waits for which.
    """

    def __init__(self, pipeline: GroupPlan) -> None:
        self.pipeline = pipeline
        self.parent: dict[NodePlan, GroupPlan] = {}
        """The group that each node stands in."""

        self.link: dict[NodePlan, LinkPlan] = {}
        """The link that each node is a member of; a node that only an `after` names stands beside the chain."""

        self.edges: set[Edge] = set()
        self.waits_for_itself = False
        self._named: list[tuple[NodePlan, GroupPlan, LinkPlan | None]] = []
        self._location()

    # Where nodes stand.

    def _location(self) -> None:
        # `.then` and `.add` place what they are given, in every group that belongs to the pipeline in any way.
        for group in groups_of(self.pipeline):
            for step in group.links:
                for item in step.items:
                    if not isinstance(item, FlowPlan):
                        self.parent[item] = group
                        self.link[item] = step
        # Everything else stands where it is named first. What is only named is read when all else has been read.
        self._read(self.pipeline)
        for node, group, link in self._named:  # grows
            if node in self.parent:
                continue
            self.parent[node] = group
            if link is not None:
                self.link[node] = link
            self._visit(node, group)

    def _read(self, group: GroupPlan) -> None:
        for link in group.links:
            for item in link.items:
                if isinstance(item, FlowPlan):
                    self._named += [(node, group, link) for node in item.named()]
                else:
                    self._visit(item, group)

    def _visit(self, node: NodePlan, group: GroupPlan) -> None:
        self._named += [(target, group, None) for target in node.after or () if not isinstance(target, str)]
        if isinstance(node, GroupPlan):
            self._read(node)

    def children(self, group: GroupPlan) -> list[NodePlan]:
        """What stands in *group* itself."""
        return [node for node, parent in self.parent.items() if parent is group]

    def around(self, node: NodePlan) -> list[GroupPlan]:
        """The groups around *node*, from the nearest to the pipeline."""
        found: list[GroupPlan] = []
        while node in self.parent:
            node = self.parent[node]
            found.append(node)
        return found

    def tasks(self, node: NodePlan) -> list[TaskPlan]:
        """The tasks in *node*, at any depth; of a task, the task."""
        if isinstance(node, TaskPlan):
            return [node]
        return [task for child in self.children(node) for task in self.tasks(child)]

    def find(self, path: str, start: GroupPlan) -> NodePlan | None:
        """The node that *path* names: looked up in *start*, then in each group around it."""
        for group in [start, *self.around(start)]:
            found: NodePlan | None = group
            for part in path.split("."):
                inside = self.children(found) if isinstance(found, GroupPlan) else []
                found = next((child for child in inside if child.id == part), None)
            if found is not None:
                return found
        return None

    def task_id(self, node: NodePlan) -> str:
        """The id as Airflow knows it: that of the nearest group in front, unless the group says otherwise."""
        group = self.parent[node]
        return f"{self.task_id(group)}.{node.id}" if group in self.parent and group.prefix else node.id

    # Which task waits for which.

    def connect(self) -> Meaning:
        """Work out the edges."""
        explicit = list(self._explicit())
        for upper, lower in explicit:
            if upper is lower or upper in self.around(lower) or lower in self.around(upper):
                self.waits_for_itself = True
        if not self.waits_for_itself:
            self._solve(self.pipeline, explicit)
        return self

    def _explicit(self) -> Iterator[tuple[NodePlan, NodePlan]]:
        for node, group in self.parent.items():
            for target in node.after or ():
                found = self.find(target, group) if isinstance(target, str) else target
                assert found is not None
                yield found, node
            if isinstance(node, TaskPlan):
                for producer, _ in node.takes:
                    task = producer.returned if isinstance(producer, GroupPlan) else producer
                    assert task is not None
                    yield task, node
        for group in groups_of(self.pipeline):
            for link in group.links:
                for item in link.items:
                    if isinstance(item, FlowPlan):
                        yield from item.arrows()

    def _solve(self, group: GroupPlan, explicit: list[tuple[NodePlan, NodePlan]]) -> None:
        # From the inside out: the roots and leaves of a group are known before anything is tied to it.
        for child in self.children(group):
            if isinstance(child, GroupPlan):
                self._solve(child, explicit)
        # An edge belongs to the smallest group that holds both ends.
        for upper, lower in explicit:
            if next(outer for outer in self.around(upper) if outer in self.around(lower)) is group:
                self.edges |= set(product(self.leaves(self.tasks(upper)), self.roots(self.tasks(lower))))
        # Then the chain. `after` takes the place of the edge from the previous link.
        before: list[TaskPlan] = []
        for link in group.links:
            members = [node for node in self.children(group) if self.link.get(node) is link]
            if not link.chained or not members:
                continue
            inside = [task for member in members for task in self.tasks(member)]
            free = {task for member in members if member.after is None for task in self.tasks(member)}
            self.edges |= {(u, d) for u, d in product(before, self.roots(inside)) if d in free}
            before = self.leaves(inside)

    def roots(self, tasks: list[TaskPlan]) -> list[TaskPlan]:
        """Those of *tasks* that wait for none of them."""
        return [task for task in tasks if not any((other, task) in self.edges for other in tasks)]

    def leaves(self, tasks: list[TaskPlan]) -> list[TaskPlan]:
        """Those of *tasks* that none of them waits for."""
        return [task for task in tasks if not any((task, other) in self.edges for other in tasks)]

    def has_cycle(self) -> bool:
        """Whether some task waits for itself in the end."""
        left = self.tasks(self.pipeline)
        while ready := self.roots(left):
            left = [task for task in left if task not in ready]
        return bool(left)


def groups_of(pipeline: GroupPlan) -> list[GroupPlan]:
    """Every group that belongs to *pipeline*: placed or named in it, or in a group of it, at any depth."""
    reached: list[NodePlan] = [pipeline]
    for node in reached:  # grows
        near: list[NodePlan] = [target for target in node.after or () if not isinstance(target, str)]
        for link in node.links if isinstance(node, GroupPlan) else ():
            for item in link.items:
                near += item.named() if isinstance(item, FlowPlan) else [item]
        reached += [other for other in near if other not in reached]
    return [node for node in reached if isinstance(node, GroupPlan)]
