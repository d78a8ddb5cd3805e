"""
A pipeline as a tree: one row for each group and task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, final

import attrs

from flowkit.report.graph import Graph, Mark, graph_of, marks_of
from flowkit.report.plan import Plan
from flowkit.report.value_text import format_call, format_kwargs


@final
@attrs.frozen
class Row:
    """
    One task or group.
    """

    branches: str
    """The tree lines drawn before its name."""

    name: str
    group: bool
    marks: tuple[Mark, ...]
    runs: str
    """What a task runs, or what a group is mapped over."""

    upstream: tuple[str, ...]
    """The ids of the upstream tasks."""

    options: str
    """A task's own options and inherited arguments, or a group's defaults."""

    location: str


def rows_of(name: str, plan: Plan, locations: Mapping[str, str]) -> Iterator[Row]:
    """
    Yield the tasks and groups of a pipeline in source order, each group before its children.

    Args:
        name: The id of the pipeline.

        plan: The pipeline.

        locations: The file and line of each id, in the order of the source.
    """
    graph = graph_of(name, plan, order_of(locations))
    yield from _rows(graph, plan, locations, None, "")


def order_of(locations: Mapping[str, str]) -> Iterable[str]:
    """
    Return the ids of tasks and groups in the order of the source.
    """
    return [node_id for node_id in locations if node_id]


def _rows(
    graph: Graph, plan: Plan, locations: Mapping[str, str], parent: str | None, before: str
) -> Iterator[Row]:
    children = graph.children(parent)
    for number, node in enumerate(children, 1):
        last = number == len(children)
        both: dict[str, Any] = plan["groups" if node.group else "tasks"][node.id]
        yield Row(
            before + ("└── " if last else "├── "),
            node.label,
            node.group,
            marks_of(both),
            format_kwargs(both.get("mapped", {})) if node.group else format_call(both.get("runs")),
            tuple(both.get("upstream", ())),
            _group_options(both) if node.group else _task_options(both, plan),
            locations.get(node.id, ""),
        )
        if node.group:
            yield from _rows(graph, plan, locations, node.id, before + ("    " if last else "│   "))


def _group_options(group: Mapping[str, Any]) -> str:
    parts = [format_kwargs(group.get("defaults", {})), operator_defaults_text(group)]
    return ", ".join(filter(None, parts))


def _task_options(task: Mapping[str, Any], plan: Plan) -> str:
    parts = [format_kwargs(task.get("options", {}))]
    for name, source in task.get("inherited", {}).items():
        owner = plan if source is None else plan["groups"][source]
        value = format_kwargs({name: owner["operator_defaults"][name]})
        parts.append(f"{value} from {'the pipeline' if source is None else source}")
    return ", ".join(filter(None, parts))


def operator_defaults_text(owner: Mapping[str, Any]) -> str:
    """
    Return the `.operator_defaults(…)` of a pipeline or a group as text; empty if it has none.
    """
    defaults = owner.get("operator_defaults")
    return f"for operators: {format_kwargs(defaults)}" if defaults else ""
