"""
How many instances mapped tasks and groups have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from math import prod
from typing import Any, final

from flowkit.model.calls import EachCall, Ref, Transform
from flowkit.testing.simulation.instances import Instance, Instances
from flowkit.testing.simulation.sequences import length
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.xcoms import XComs


@final
class Lengths:
    """
    The lengths of all that tasks and groups are mapped over, as far as they are known.
    """

    def __init__(self, graph: TaskGraph, instances: Instances, xcoms: XComs) -> None:
        self._graph = graph
        self._instances = instances
        self._xcoms = xcoms
        self.pushed: dict[str, int] = {}
        """By task that is not mapped: the length of its result, if something is mapped over it."""

        self.looked_at: set[Instance] = set()
        """The instances whose states a length was computed from."""

    def of_task(self, task_id: str) -> int | None:
        """
        Return how many instances a task has, which is mapped or in a mapped group; `None` if it is not known yet.
        """
        lengths = [self._of_group(group_id) for group_id in self._graph.mapped_groups[task_id]]
        call = self._graph.tasks[task_id].action
        if isinstance(call, EachCall):
            lengths.append(self._of_mapping(call.mapped))
        return _product(lengths)

    def of_groups_around(self, group_id: str) -> int | None:
        """
        Return how many copies of a mapped group there are; `None` if it is not known yet.
        """
        around: str | None = group_id
        lengths: list[int | None] = []
        while around is not None:
            group = self._graph.groups[around]
            if group.mapped is not None:
                lengths.append(self._of_mapping(group.mapped))
            around = group.parent_id
        return _product(lengths)

    def written(self, task_id: str) -> int | None:
        """
        Return how many instances a task has if all that it is mapped over is written in the pipeline.
        """
        call = self._graph.tasks[task_id].action
        mappings = [
            self._graph.groups[group_id].mapped or {} for group_id in self._graph.mapped_groups[task_id]
        ]
        if isinstance(call, EachCall):
            mappings.append(call.mapped)
        if any(isinstance(value, Ref | Transform) for mapping in mappings for value in mapping.values()):
            return None
        return self.of_task(task_id)

    def _of_group(self, group_id: str) -> int | None:
        mapped = self._graph.groups[group_id].mapped
        return None if mapped is None else self._of_mapping(mapped)

    def _of_mapping(self, mapped: Mapping[str, Any]) -> int | None:
        return _product([self._of_value(value) for value in mapped.values()])

    def _of_value(self, value: Any) -> int | None:
        if isinstance(value, Ref):
            return self._of_output(value.task_id)
        if isinstance(value, Transform):
            lengths = [self._of_value(source) for source in value.sources]
            known = [found for found in lengths if found is not None]
            return length(value, known) if len(known) == len(lengths) else None
        return len(value) if isinstance(value, Sized) else None

    def _of_output(self, task_id: str) -> int | None:
        if not self._graph.is_mapped(task_id):
            return self.pushed.get(task_id)
        instances = self._instances.of(task_id)
        self.looked_at.update(instances)
        if not all(instance.is_finished for instance in instances):
            return None
        return self._xcoms.count(task_id)


def _product(lengths: list[int | None]) -> int | None:
    known = [found for found in lengths if found is not None]
    return prod(known) if len(known) == len(lengths) else None
