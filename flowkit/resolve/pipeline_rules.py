"""
Rules that need the layout of the whole pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, cast

from flowkit.base.problems import Problem
from flowkit.draft.nodes import Draft, GroupNode, Named
from flowkit.resolve.cycles import cycles
from flowkit.resolve.layout import Layout, NodePosition, Scope, options_of
from flowkit.resolve.schedule_rules import schedule_problems

# Airflow's executors that do not start pods.
_WITHOUT_PODS = frozenset({"LocalExecutor", "CeleryExecutor", "EdgeExecutor"})


# `TaskGroup.upstream_join_id` and `downstream_join_id` of the Task SDK, after the id of the group.
_JOIN_IDS = frozenset({"upstream_join_id", "downstream_join_id"})
# Airflow's `validate_key`: its limit holds for ids of tasks with those of their groups.
_MAX_FULL_ID = 250


def recorded_problems(layout: Layout, draft: Draft) -> Iterator[Problem]:
    """
    Yield what the calls that made the pipeline have recorded.
    """
    yield from draft.problems
    for link in draft.links:
        if link.problems:
            yield from link.problems
    for group in layout.groups:
        node = cast("GroupNode", group.node)  # only the outermost scope has a draft
        yield from node.problems
        for link in node.links:
            yield from link.problems
    for position in layout.tasks:
        if position.node.problems:
            yield from position.node.problems


def duplicate_full_ids(layout: Layout) -> Iterator[Problem]:
    """
    Yield the ids that are duplicates in Airflow although they are in different groups, or that Airflow uses itself.
    """
    seen: dict[str, NodePosition] = {}
    for member in layout.members:
        first = seen.setdefault(member.full_id, member)
        # With the same id in the same group it is an ordinary duplicate, reported elsewhere.
        if first is member or (first.id == member.id and first.parent is member.parent):
            continue
        why = "it joins ids with dots" if first.path == member.path else "of prefix_group_id=False"
        message = (
            f"{member.path!r} and {first.path!r} (at {first.location}) are both {member.full_id!r} to Airflow, because "
            f"{why}."
        )
        hint = "Give one of them another id, or leave the prefix on."
        if first.path == member.path:
            hint = "Give one of them another id."
        yield Problem("FK101", message, hint, member.location)
    yield from _join_ids(layout)


def _join_ids(layout: Layout) -> Iterator[Problem]:
    groups = {group.full_id: group for group in layout.groups}
    for member in layout.members if groups else ():
        group_id, _, last = member.full_id.rpartition(".")
        if last in _JOIN_IDS and group_id in groups:
            message = (
                f"{member.path!r} has an id that Airflow itself uses in group {groups[group_id].path!r}, for the edges "
                "of the group."
            )
            yield Problem("FK101", message, "Choose another id.", member.location)


def too_long_ids(layout: Layout) -> Iterator[Problem]:
    """
    Yield the tasks whose ids are too long together with those of their groups.
    """
    for position in layout.tasks:
        if len(position.full_id) > _MAX_FULL_ID:
            message = (
                f"Task {position.id!r} has an id of {len(position.full_id)} characters together with those of its "
                f"groups; Airflow allows {_MAX_FULL_ID} at most."
            )
            hint = "Shorten the ids, or write Group(…, prefix_group_id=False)."
            yield Problem("FK001", message, hint, position.location)


def empty(layout: Layout, draft: Draft) -> Iterator[Problem]:
    """
    Yield the groups without tasks, or the pipeline when it has none at all.
    """
    if not layout.root.children and not any(link.problems for link in draft.links):
        message = "The pipeline has no tasks."
        yield Problem(
            "FK109", message, "Builders are immutable: keep what .task() and .then() return.", draft.location
        )
    for group in layout.groups:
        # A group that contains only an empty group is fixed by fixing that one.
        if not group.children and not _was_given(group):
            message = f"Group {group.path!r} has no tasks."
            hint = "Add one, or leave the group out. Builders are immutable: keep what .task() and .then() return."
            yield Problem("FK107", message, hint, group.location)


def _was_given(scope: Scope) -> bool:
    # What it was given but does not contain is placed elsewhere, too, or cannot be placed: both are reported as such.
    return bool(scope.node.problems) or any(
        link.problems or any(not isinstance(node, Named) for node in link.nodes) for link in scope.node.links
    )


def returned_elsewhere(layout: Layout) -> Iterator[Problem]:
    """
    Yield the groups that return a task from outside.
    """
    for group in layout.groups:
        returned = cast("GroupNode", group.node).returned  # only the outermost scope has a draft
        if returned is None:
            continue
        placed = layout.placed.get(returned)
        if placed is None or not placed.within(group):
            message = f"Group {group.path!r} returns task {returned.id!r}, which is not placed in it."
            yield Problem("FK106", message, "Place the task in the group: .then(task).", group.location)


def waiting_for_each_other(
    layout: Layout, upstream: Sequence[set[int]], downstream: Sequence[set[int]]
) -> Iterator[Problem]:
    """
    Yield the cycles, each as a path in the order of execution.
    """
    for cycle in cycles(upstream, downstream):
        path = " → ".join(layout.tasks[number].path for number in cycle)
        message = f"Tasks wait for each other: {path}."
        hint = "Remove one of these edges: they come from the order of the links, from arrows, `after` and outputs."
        yield Problem("FK103", message, hint, layout.tasks[cycle[0]].location)


_RUN_CONDITIONS = frozenset({"start_date", "end_date", "trigger_rule"})
"""The options that can keep a task from running."""


def never_running(layout: Layout, draft: Draft) -> Iterator[Problem]:
    """
    Yield the tasks that Airflow would accept and never run, or refuse for a setting of the whole pipeline.
    """
    bounded = draft.settings.get("start_date") is not None and draft.settings.get("end_date") is not None
    for position in layout.tasks:
        options = options_of(position)
        if not bounded and _RUN_CONDITIONS.isdisjoint(options):
            continue
        start = _latest(draft.settings.get("start_date"), options.get("start_date"))
        end = _earliest(draft.settings.get("end_date"), options.get("end_date"))
        if start is not None and end is not None and end < start:
            dates = f"it ends ({end:%Y-%m-%d}) before it starts ({start:%Y-%m-%d})"
            message = f"Task {position.path!r} can never run: {dates}."
            yield Problem(
                "FK108",
                message,
                "Correct start_date or end_date, here or in the pipeline.",
                position.location,
            )
        if draft.settings.get("fail_fast") and not _is_default_rule(options):
            message = (
                f"Task {position.path!r} has a trigger rule of its own in a pipeline with fail_fast=True, which "
                "Airflow refuses."
            )
            yield Problem(
                "FK108", message, "Remove trigger_rule from the task, or fail_fast.", position.location
            )


def clashing_pods(layout: Layout) -> Iterator[Problem]:
    """
    Yield the tasks with conflicting options for the pod.
    """
    for position in layout.tasks:
        options = options_of(position)
        config = options.get("executor_config")
        if options.get("pod") is not None and isinstance(config, Mapping) and "pod_override" in config:
            message = (
                f"Task {position.path!r} has both a pod and a pod_override in its executor_config, one of which "
                "is lost."
            )
            hint = "Use only one: pod=None here keeps the pod_override."
            yield Problem("FK112", message, hint, position.location)
        own = position.node.options
        # An inherited pod is meant for the other tasks of the pipeline.
        if own.get("pod") is not None and own.get("executor") in _WITHOUT_PODS:
            message = (
                f"Task {position.path!r} has a pod and executor={own['executor']!r}, which starts no pods: the pod "
                "would have no effect."
            )
            hint = 'Remove the pod, or name another executor, such as "KubernetesExecutor".'
            yield Problem("FK116", message, hint, position.location)


def _is_default_rule(options: Mapping[str, Any]) -> bool:
    rule = options.get("trigger_rule")
    return rule is None or str(getattr(rule, "value", rule)) == "all_success"


def _latest(*values: object) -> datetime | None:
    return max(_dates(values), default=None)


def _earliest(*values: object) -> datetime | None:
    return min(_dates(values), default=None)


def _dates(values: Sequence[object]) -> Iterator[datetime]:
    for value in values:
        if isinstance(value, datetime):
            # Airflow uses its default time zone; the order differs only within hours.
            yield value if value.tzinfo else value.replace(tzinfo=timezone.utc)


def problems_of(layout: Layout, draft: Draft) -> Iterator[Problem]:
    """
    Yield the problems of all these rules but cycles, which need the edges.
    """
    yield from duplicate_full_ids(layout)
    yield from empty(layout, draft)
    yield from returned_elsewhere(layout)
    yield from never_running(layout, draft)
    yield from clashing_pods(layout)
    yield from too_long_ids(layout)
    yield from schedule_problems(draft)
