"""
Links that make very many edges: Airflow connects each leaf of one group to each root of the next.
"""

from __future__ import annotations

from flowkit.base.problems import Problem
from flowkit.model.pipeline import GroupSpec, NodeSpec, PipelineSpec, TaskSpec

MAX_EDGES_BETWEEN_LINKS = 1_000
"""More edges between two links are reported."""


def wide_edges(spec: PipelineSpec) -> list[Problem]:
    """
    Return a hint for each pair of links with more than 1,000 edges between them.
    """
    nodes = {_id(node): node for node in spec.nodes}
    above: dict[str, list[str]] = {}
    for edge in spec.edges:
        above.setdefault(edge.downstream, []).append(edge.upstream)
    # Nodes that wait for the same nodes form one link.
    links: dict[tuple[str, ...], list[str]] = {}
    for downstream, upstream in above.items():
        links.setdefault(tuple(upstream), []).append(downstream)

    ends = _Ends(spec)
    problems: list[Problem] = []
    for before, after in links.items():
        leaves = {task_id for node_id in before for task_id in ends.leaves(nodes[node_id])}
        roots = [task for node_id in after for task in ends.roots(nodes[node_id])]
        if len(leaves) * len(roots) <= MAX_EDGES_BETWEEN_LINKS:
            continue
        count = sum(len(leaves.intersection(task.upstream)) for task in roots)
        if count > MAX_EDGES_BETWEEN_LINKS:
            upper, lower = [nodes[key] for key in before], [nodes[key] for key in after]
            message = (
                f"{_named(lower, capital=True)} waits for {_named(upper)} edge by edge: {count:,} edges from "
                f"{len(leaves):,} tasks to {len(roots):,}, all of which Airflow reads, stores and looks through."
            )
            hint = 'Put one task between them that does nothing, such as .task("joined").'
            problems.append(Problem("FK520", message, hint, lower[0].location, spec.dag_id))
    return problems


class _Ends:
    """
    The first and last tasks of groups.
    """

    def __init__(self, spec: PipelineSpec) -> None:
        self._in: dict[str | None, list[TaskSpec]] = {}
        parents = {group.group_id: group.parent_id for group in spec.groups}
        for task in spec.tasks:
            group = task.group_id
            while group is not None:
                self._in.setdefault(group, []).append(task)
                group = parents[group]

    def roots(self, node: NodeSpec) -> list[TaskSpec]:
        """
        Return the tasks of *node* that wait for no other task in it.
        """
        if isinstance(node, TaskSpec):
            return [node]
        inside = self._in.get(node.group_id, [])
        ids = {task.task_id for task in inside}
        return [task for task in inside if ids.isdisjoint(task.upstream)]

    def leaves(self, node: NodeSpec) -> list[str]:
        """
        Return the ids of the tasks of *node* that no other task in it waits for, without teardowns.
        """
        if isinstance(node, TaskSpec):
            return [node.task_id]
        inside = [task for task in self._in.get(node.group_id, []) if task.role != "teardown"]
        waited_for = {upstream for task in inside for upstream in task.upstream}
        return [task.task_id for task in inside if task.task_id not in waited_for]


def _named(nodes: list[NodeSpec], *, capital: bool = False) -> str:
    groups = [node.group_id for node in nodes if isinstance(node, GroupSpec)]
    tasks = [node.task_id for node in nodes if isinstance(node, TaskSpec)]
    parts = []
    if groups:
        names = ", ".join(map(repr, groups[:3]))
        parts.append(f"group {names}" if len(groups) == 1 else f"a link of {len(groups):,} groups ({names}…)")
    if tasks:
        parts.append(
            f"task {tasks[0]!r}" if len(tasks) == 1 else f"a link of {len(tasks):,} tasks ({tasks[0]!r}…)"
        )
    text = " with ".join(parts)
    return text[0].upper() + text[1:] if capital else text


def _id(node: NodeSpec) -> str:
    return node.group_id if isinstance(node, GroupSpec) else node.task_id
