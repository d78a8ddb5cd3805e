"""
The graph of a pipeline as the simulation asks for it: neighbours, trigger rules, mapped groups, setups and leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, final

from flowkit.model.calls import EachCall, Ref, Transform
from flowkit.model.pipeline import GroupSpec, PipelineSpec, TaskSpec

ALL_SUCCESS: Final = "all_success"
TEARDOWN: Final = "all_done_setup_success"
"""The trigger rule that Airflow gives to teardowns, whatever their own is."""


@final
class TaskGraph:
    """
    The tasks of a pipeline and how they depend on each other.
    """

    def __init__(self, spec: PipelineSpec) -> None:
        self.spec: PipelineSpec = spec
        self.tasks: dict[str, TaskSpec] = {task.task_id: task for task in spec.tasks}
        self.groups: dict[str, GroupSpec] = {group.group_id: group for group in spec.groups}
        self.numbers: dict[str, int] = {task_id: number for number, task_id in enumerate(self.tasks)}
        self.upstream: dict[str, tuple[str, ...]] = {task.task_id: task.upstream for task in spec.tasks}
        downstream: dict[str, list[str]] = {task_id: [] for task_id in self.tasks}
        for task in spec.tasks:
            for above in task.upstream:
                downstream[above].append(task.task_id)
        self.downstream: Mapping[str, list[str]] = downstream
        self.rules: dict[str, str] = {task.task_id: _rule(task) for task in spec.tasks}
        self.setups: frozenset[str] = frozenset(task.task_id for task in spec.tasks if task.role == "setup")
        self.teardowns: frozenset[str] = frozenset(
            task.task_id for task in spec.tasks if task.role == "teardown"
        )
        self.mapped_groups: dict[str, tuple[str, ...]] = {
            task.task_id: tuple(self._mapped_groups(task.group_id)) for task in spec.tasks
        }
        """By task: the mapped groups around it, the innermost first."""

        self.sources: dict[str, tuple[str, ...]] = self._sources()
        """By mapped task or group: the tasks whose outputs it is mapped over."""

        self.mapped_over: frozenset[str] = frozenset(
            source for sources in self.sources.values() for source in sources
        )
        self._below: dict[str, frozenset[str]] = {}
        self._above: dict[str, frozenset[str]] = {}
        self._indirect_setups: dict[str, tuple[str, ...]] = {}

    def is_mapped(self, task_id: str) -> bool:
        """
        Return whether a task is mapped itself, not only a group around it.
        """
        return isinstance(self.tasks[task_id].action, EachCall)

    def expands(self, task_id: str) -> bool:
        """
        Return whether a task may have several instances.
        """
        return self.is_mapped(task_id) or bool(self.mapped_groups[task_id])

    def below(self, task_id: str) -> frozenset[str]:
        """
        Return all tasks after a task.
        """
        return _reachable(task_id, self.downstream, self._below)

    def above(self, task_id: str) -> frozenset[str]:
        """
        Return all tasks before a task.
        """
        return _reachable(task_id, self.upstream, self._above)

    def roots(self, group_id: str) -> list[str]:
        """
        Return the tasks of a group that wait for none in it.
        """
        inside = [task_id for task_id, task in self.tasks.items() if self._is_in(task, group_id)]
        own = set(inside)
        return [task_id for task_id in inside if own.isdisjoint(self.upstream[task_id])]

    def leaves(self) -> list[str]:
        """
        Return the tasks that decide the state of the run.
        """

        def ignored(task_id: str) -> bool:
            return task_id in self.teardowns and not self.tasks[task_id].on_failure_fail_dagrun

        leaves = [
            task_id
            for task_id in self.tasks
            if not ignored(task_id) and all(ignored(below) for below in self.downstream[task_id])
        ]
        return leaves or [task_id for task_id in self.tasks if not self.downstream[task_id]]

    def indirect_setups(self, task_id: str) -> tuple[str, ...]:
        """
        Return the setups that a task depends on without waiting for them directly: those that are torn down after it,
        or never.
        """
        known = self._indirect_setups.get(task_id)
        if known is None:
            known = self._indirect_setups[task_id] = tuple(self._find_indirect_setups(task_id))
        return known

    def in_teardown_scope(self, task_id: str) -> frozenset[str]:
        """
        Return the tasks between a teardown and its setups, without those directly before it.
        """
        indirect = self.above(task_id) - frozenset(self.upstream[task_id])
        setups = [above for above in self.upstream[task_id] if above in self.setups]
        return frozenset().union(*(indirect & self.below(setup) for setup in setups))

    def common_group(self, first: str, second: str) -> str | None:
        """
        Return the innermost mapped group around both tasks.
        """
        around = self.mapped_groups[first]
        return next((group for group in self.mapped_groups[second] if group in around), None)

    def _find_indirect_setups(self, task_id: str) -> Iterator[str]:
        if not self.setups or task_id in self.teardowns:
            return
        teardowns = self.below(task_id) & self.teardowns
        above = self.above(task_id)
        for setup in self.tasks:
            if setup not in self.setups or setup not in above or setup in self.upstream[task_id]:
                continue
            own = self.teardowns.intersection(self.downstream[setup])
            if not own or own & teardowns:
                yield setup

    def _mapped_groups(self, group_id: str | None) -> Iterator[str]:
        while group_id is not None:
            group = self.groups[group_id]
            if group.mapped is not None:
                yield group_id
            group_id = group.parent_id

    def _is_in(self, task: TaskSpec, group_id: str) -> bool:
        around = task.group_id
        while around is not None and around != group_id:
            around = self.groups[around].parent_id
        return around is not None

    def _sources(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for task in self.spec.tasks:
            if isinstance(task.action, EachCall):
                found[task.task_id] = tuple(dict.fromkeys(_refs(task.action.mapped, task.action.by_set)))
        for group in self.spec.groups:
            if group.mapped is not None:
                found[group.group_id] = tuple(dict.fromkeys(_refs(group.mapped, group.by_set)))
        return found


def _rule(task: TaskSpec) -> str:
    if task.role == "teardown":
        return TEARDOWN
    rule = task.options.get("trigger_rule")
    return ALL_SUCCESS if rule is None else str(getattr(rule, "value", rule))


def _refs(mapped: Mapping[str, Any], by_set: bool) -> Iterator[str]:
    waiting: list[Any] = [*reversed(list(mapped.values()))]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Ref):
            yield value.task_id
        elif isinstance(value, Transform):
            waiting.extend(reversed(value.sources))
        elif by_set and isinstance(value, list | tuple):
            waiting.extend(item for item in reversed(value) if isinstance(item, Ref | Transform))


def _reachable(
    start: str, neighbours: Mapping[str, Iterable[str]], known: dict[str, frozenset[str]]
) -> frozenset[str]:
    found = known.get(start)
    if found is None:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for other in neighbours[waiting.pop()]:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        found = known[start] = frozenset(seen)
    return found
