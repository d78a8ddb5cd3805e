"""
Branches and short circuits in mapped groups whose choice cannot hold in one copy alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowkit.base.problems import Problem
from flowkit.model.calls import EachCall
from flowkit.resolve.data import Data
from flowkit.resolve.edges import Graph
from flowkit.resolve.layout import Layout, NodePosition, Scope, TaskPosition
from flowkit.resolve.mapping_rules import chooses, mapped_group


def choice_problems(layout: Layout, data: Data, graph: Graph) -> Iterator[Problem]:
    """
    Yield the choices in mapped groups that concern tasks outside of their copy.
    """
    if not data.mapped:
        return
    for position in layout.tasks:
        group, call = mapped_group(position), data.calls[position]
        # Mapped tasks in mapped groups are problems anyway.
        if group is None or call is None or isinstance(call, EachCall) or not chooses(call):
            continue
        for target in _targets(position, graph):
            if not target.within(group):
                yield _outside(position, group, target)
        nested = _nested_below(position, group, layout, graph)
        if nested is not None:
            yield _nested(position, group, nested)


def _targets(position: TaskPosition, graph: Graph) -> list[NodePosition]:
    ids = {target for targets in graph.routes.get(position, {}).values() for target in targets}
    return [lower for upper, lower in graph.edges if ids and upper is position and lower.full_id in ids]


def _nested_below(position: TaskPosition, group: Scope, layout: Layout, graph: Graph) -> TaskPosition | None:
    """
    Return the first task after *position* that is in a mapped group within *group*.
    """
    seen = {position.first}
    waiting = [position.first]
    found: list[int] = []
    while waiting:
        for number in graph.downstream[waiting.pop()] - seen:
            seen.add(number)
            if layout.tasks[number].within(group):
                waiting.append(number)
                if mapped_group(layout.tasks[number]) is not group:
                    found.append(number)
    return layout.tasks[min(found)] if found else None


def _outside(position: TaskPosition, group: Scope, target: NodePosition) -> Problem:
    message = (
        f"The branch {position.path!r} in the mapped group {group.path!r} leads to {target.path!r} outside of this "
        "group, which belongs to none of the copies: it would run whatever they choose."
    )
    hint = f"Place {target.id!r} in the group, or let a task after the group decide."
    return Problem("FK212", message, hint, position.location)


def _nested(position: TaskPosition, group: Scope, task: TaskPosition) -> Problem:
    inner = mapped_group(task)
    message = (
        f"Task {position.path!r} in the mapped group {group.path!r} chooses what runs, and {task.path!r} after it is "
        f"in the mapped group {inner.path if inner else ''!r} within. Airflow does not know to which copy of the outer "
        "group the copies of the inner one belong: they would all run."
    )
    hint = "Use one mapped group: each_group(fn, over(a), over(b)) makes a copy for each pair of items."
    return Problem("FK212", message, hint, position.location)
