"""
What branches and short circuits do to the tasks after them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, final

from flowkit.model.calls import PythonCall
from flowkit.testing.simulation.actions import Action
from flowkit.testing.simulation.instances import UNEXPANDED, Instance
from flowkit.testing.simulation.run_info import RunInfo
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.task_outcomes import ResultError
from flowkit.testing.simulation.xcoms import CHOICE_KEY, FOLLOWED, SKIPPED_TASKS, XComs


@final
class Choices:
    """
    Turns the results of choosers into what is skipped.
    """

    def __init__(self, graph: TaskGraph, actions: dict[str, Action], run: RunInfo, xcoms: XComs) -> None:
        self._graph = graph
        self._actions = actions
        self._run = run
        self._xcoms = xcoms
        self._choosers: dict[str, list[str]] = {}

    def made(self, instance: Instance, action: Action, result: Any) -> tuple[Any, list[str]]:
        """
        Return the result of a chooser and the tasks that it skips at once.

        Raises:
            ResultError: If a branch returns what is not in the pipeline.
            ValueError: If a branch returns a key that it does not have.
        """
        if action.kind == "short_circuit":
            return result, [] if result else self._short(instance, action)
        if action.kind == "latest_only":
            is_latest = self._run.run_type == "manual" or self._run.latest
            result = list(self._graph.downstream[instance.task_id]) if is_latest else []
        call = action.call
        if isinstance(call, PythonCall) and call.routes is not None:
            result = _routed(call, result)
        return result, self._branch(instance, result)

    def skips(self, instance: Instance) -> str | None:
        """
        Return the chooser of the same copy of a mapped group that did not choose *instance*; `None` if there is none.
        """
        for chooser in self._choosers_above(instance.task_id):
            choice = self._xcoms.choice(chooser, instance.map_index)
            is_next = chooser in self._graph.upstream[instance.task_id]
            if is_next and FOLLOWED in choice and instance.task_id not in choice[FOLLOWED]:
                return chooser
            if instance.task_id in choice.get(SKIPPED_TASKS, ()):
                return chooser
        return None

    def _choosers_above(self, task_id: str) -> list[str]:
        groups = self._graph.mapped_groups[task_id]
        if not groups:
            return []
        known = self._choosers.get(task_id)
        if known is None:
            known = self._choosers[task_id] = sorted(
                above
                for above in self._graph.above(task_id)
                if self._actions[above].chooses and self._graph.mapped_groups[above][:1] == groups[:1]
            )
        return known

    def _short(self, instance: Instance, action: Action) -> list[str]:
        task_id = instance.task_id
        everything = action.arguments.get("ignore_downstream_trigger_rules", True) is True
        after = self._graph.below(task_id) if everything else self._graph.downstream[task_id]
        skipped = [
            other for other in self._graph.tasks if other in after and other not in self._graph.teardowns
        ]
        if not skipped:
            return []
        self._xcoms.push(task_id, instance.map_index, CHOICE_KEY, {SKIPPED_TASKS: skipped})
        return skipped if instance.map_index == UNEXPANDED else []

    def _branch(self, instance: Instance, result: Any) -> list[str]:
        task_id = instance.task_id
        followed = self._followed(result)
        below = self._graph.downstream[task_id]
        if not below:
            return []
        kept = [other for other in below if other in followed]
        self._xcoms.push(task_id, instance.map_index, CHOICE_KEY, {FOLLOWED: kept})
        return [other for other in below if other not in followed] if instance.map_index == UNEXPANDED else []

    def _followed(self, result: Any) -> set[str]:
        if result is None:
            return set()
        if not isinstance(result, Iterable):
            kind = type(result).__name__
            msg = (
                f"'branch_task_ids' must be either None, a task ID, or an Iterable of IDs, but got {kind!r}."
            )
            raise ResultError(msg)
        followed: set[str] = set()
        for chosen in [result] if isinstance(result, str) else result:
            followed.update(self._graph.roots(chosen) if chosen in self._graph.groups else [chosen])
        if invalid := followed - self._graph.tasks.keys():
            msg = f"'branch_task_ids' must contain only valid task_ids. Invalid tasks found: {invalid}."
            raise ResultError(msg)
        return followed.union(*(self._graph.below(task_id) for task_id in followed))


def _routed(call: PythonCall, result: Any) -> Any:
    """
    Return the ids that the keys returned by a branch stand for.
    """
    routes = call.routes or {}

    def ids(key: Any) -> list[str]:
        if key not in routes:
            keys = ", ".join(map(repr, routes))
            msg = f"{call.name}() returned the key {key!r}, which its branch does not have. Keys: {keys}."
            raise ValueError(msg)
        return list(routes[key])

    chosen = [task_id for key in result for task_id in ids(key)] if call.multiple else ids(result)
    return chosen[0] if len(chosen) == 1 else chosen
