"""
The loop that decides what runs when: passes over all instances, as in Airflow's `dag.test()`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias, final

from flowkit.testing.simulation.dependencies import Dependencies
from flowkit.testing.simulation.instances import (
    FAILED,
    REMOVED,
    SKIPPED,
    SUCCESS,
    UNEXPANDED,
    UPSTREAM_FAILED,
    Instance,
    Instances,
)
from flowkit.testing.simulation.lengths import Lengths
from flowkit.testing.simulation.races import Races
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.xcoms import XComs

RunState: TypeAlias = Literal["success", "failed"]
_GOOD: Final = frozenset({SUCCESS, SKIPPED})
_NOT_SKIPPED_LATER: Final = frozenset({SUCCESS, FAILED})


@final
class Scheduler:
    """
    Runs the instances of a pipeline, wave by wave.
    """

    def __init__(self, graph: TaskGraph) -> None:
        self.graph: TaskGraph = graph
        self.instances: Instances = Instances()
        self.races: Races = Races()
        self.xcoms: XComs = XComs(self._note_read)
        self.lengths: Lengths = Lengths(graph, self.instances, self.xcoms)
        self.deadlock: tuple[str, ...] = ()
        """The instances that never became ready though nothing else ran."""

        self._dependencies = Dependencies(graph, self.instances, self.xcoms, self.lengths, self.races)
        self._wave: frozenset[Instance] = frozenset()
        self._running: Instance | None = None
        for task_id in graph.tasks:
            self._add(task_id)

    def run(self, run_instance: Callable[[Instance], None]) -> RunState:
        """
        Run all instances by *run_instance*, which sets their states, and return the state of the run.
        """
        while True:
            ready, changed = self._pass()
            if not ready and not changed:
                unfinished = [instance for instance in self.instances if not instance.is_finished]
                if unfinished:
                    self.deadlock = tuple(instance.name for instance in unfinished)
                    return "failed"
                return self._state()
            for instance in ready:
                instance.try_number += 1
            self._wave = frozenset(ready)
            for instance in ready:
                self._running = instance
                run_instance(instance)
            self._running = None
            self._wave = frozenset()

    def skip(self, instance: Instance, task_ids: list[str]) -> None:
        """
        Skip tasks after *instance* at once, as a branch or a short circuit does.
        """
        for task_id in task_ids:
            other = self.instances.unexpanded(task_id)
            if other is None or other is instance:
                continue
            if other in self._wave:
                self.races.add(f"{instance.name} skips {other.name}, which may have started already")
            elif other.state not in _NOT_SKIPPED_LATER:
                other.state = SKIPPED

    def stop_others(self, instance: Instance) -> None:
        """
        Skip all that has not run yet, as Airflow does when *instance* fails in a pipeline with `fail_fast`.
        """
        for other in self.instances:
            if other.task_id == instance.task_id or other.task_id in self.graph.teardowns:
                continue
            if other in self._wave:
                self.races.add(f"{other.name} may have started already when {instance.name} fails")
            elif other.state not in _NOT_SKIPPED_LATER:
                other.state = SKIPPED

    def _add(self, task_id: str) -> None:
        count = self.lengths.written(task_id) if self.graph.expands(task_id) else None
        for map_index in range(count) if count else (UNEXPANDED,):
            self.instances.add(Instance(task_id, map_index))

    def _pass(self) -> tuple[list[Instance], bool]:
        """
        Return the instances that are ready to run, and whether the state of any instance has changed.
        """
        self._dependencies.begin_pass()
        waiting = [instance for instance in self.instances if instance.is_schedulable]
        ready: list[Instance] = []
        changed = False
        for instance in waiting:  # grows while instances are expanded
            before = instance.state
            if not self._dependencies.are_met(instance):
                changed |= instance.state != before
            elif instance.map_index == UNEXPANDED and self.graph.expands(instance.task_id):
                waiting.extend(self._expand(instance))
                changed = True
            elif instance.is_schedulable:
                ready.append(instance)
        order = self.graph.numbers
        return sorted(ready, key=lambda instance: (order[instance.task_id], instance.map_index)), changed

    def _expand(self, instance: Instance) -> list[Instance]:
        """
        Return the instances of a mapped task, now that their number is known.
        """
        count = self.lengths.of_task(instance.task_id)
        if not count:
            instance.state = UPSTREAM_FAILED if count is None else SKIPPED
            self._dependencies.note_change(instance)
            return []
        instance.map_index = 0
        new = [Instance(instance.task_id, number, instance.state) for number in range(1, count)]
        for other in new:
            self.instances.add(other)
        return [instance, *new]

    def _note_read(self, task_id: str) -> None:
        reader = self._running
        if reader is None or reader.task_id == task_id:
            return
        if any(other.task_id == task_id for other in self._wave):
            self.races.add(f"{reader.name} reads the output of {task_id}, which may not have run yet")

    def _state(self) -> RunState:
        leaves = set(self.graph.leaves())
        states = {
            instance.state
            for instance in self.instances
            if instance.task_id in leaves and instance.state != REMOVED
        }
        return "success" if states <= _GOOD else "failed"
