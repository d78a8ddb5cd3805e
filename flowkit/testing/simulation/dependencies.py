"""
Whether an instance may run: Airflow's three dependencies, each of which may also decide its state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import Final, final

from flowkit.testing.simulation.instances import (
    FAILED,
    REMOVED,
    SKIPPED,
    SUCCESS,
    UNEXPANDED,
    UPSTREAM_FAILED,
    Instance,
    Instances,
    State,
)
from flowkit.testing.simulation.lengths import Lengths
from flowkit.testing.simulation.races import Races
from flowkit.testing.simulation.task_graph import TEARDOWN, TaskGraph
from flowkit.testing.simulation.trigger_rules import Counts, Verdict, counts_of, verdict
from flowkit.testing.simulation.xcoms import FOLLOWED, SKIPPED_TASKS, XComs

_MET: Final[Verdict] = (None, True)
_SATISFIED_BY_SOME: Final = frozenset(
    {"one_success", "one_failed", "one_done", "none_failed_min_one_success"}
)
"""The rules for which an instance that is not expanded waits for all instances before it."""

_BROKEN: Final = frozenset({FAILED, UPSTREAM_FAILED})


@final
class Dependencies:
    """
    Evaluates the dependencies of instances.
    """

    def __init__(
        self, graph: TaskGraph, instances: Instances, xcoms: XComs, lengths: Lengths, races: Races
    ) -> None:
        self._graph = graph
        self._instances = instances
        self._xcoms = xcoms
        self._lengths = lengths
        self._races = races
        self._finished: frozenset[Instance] = frozenset()
        self._changed: set[Instance] = set()

    def begin_pass(self) -> None:
        """
        Take note of which instances are finished now: a pass over all instances goes by that.
        """
        self._finished = frozenset([instance for instance in self._instances if instance.is_finished])
        self._changed.clear()

    def note_change(self, instance: Instance) -> None:
        """
        Take note that the state of an instance has changed in this pass.
        """
        self._changed.add(instance)

    def are_met(self, instance: Instance) -> bool:
        """
        Return whether *instance* may run. If a dependency decides its state, it is set.
        """
        before = instance.state
        rule_state, rule_met = self._trigger_rule(instance)
        skipped = self._is_skipped_by_parent(instance)
        lengths_state, lengths_met = self._lengths_known(instance)
        parent_state: State | None = SKIPPED if skipped else None
        states = (rule_state, parent_state, lengths_state)
        instance.state = _applied(before, states, range(3))
        if sum(state is not None for state in states) > 1:
            self._note_order(instance, before, states)
        if instance.state != before:
            self._changed.add(instance)
        return rule_met and not skipped and lengths_met

    def _note_order(self, instance: Instance, before: State | None, states: tuple[State | None, ...]) -> None:
        results = {_applied(before, states, order) for order in permutations(range(3))}
        if len(results) > 1:
            names = " or ".join(sorted(str(state) for state in results))
            self._races.add(f"{instance.name} is {names}: Airflow checks what it depends on in any order")

    def _trigger_rule(self, instance: Instance) -> Verdict:
        task_id = instance.task_id
        rule = self._graph.rules[task_id]
        if not self._graph.upstream[task_id] or rule == "always":
            return _MET
        if rule == TEARDOWN:
            state, met = verdict(
                rule, self._counts(instance, self._graph.upstream[task_id]), instance.map_index
            )
            return state, met and self._is_scope_done(instance)
        setups_state, setups_met = self._setups(instance)
        if setups_state is not None and setups_state != instance.state:
            return setups_state, False
        state, met = verdict(rule, self._counts(instance, self._graph.upstream[task_id]), instance.map_index)
        return state, met and setups_met

    def _setups(self, instance: Instance) -> Verdict:
        setups = self._graph.indirect_setups(instance.task_id)
        if not setups:
            return _MET
        counts = self._counts(instance, setups)
        state: State | None = None
        if counts.broken:
            state = UPSTREAM_FAILED
        elif counts.skipped:
            state = SKIPPED
        elif counts.removed and counts.success and instance.map_index >= counts.success:
            state = REMOVED
        missing = counts.total - counts.success
        if instance.map_index > UNEXPANDED:
            missing -= counts.removed
        return state, missing <= 0

    def _is_scope_done(self, instance: Instance) -> bool:
        scope = self._graph.in_teardown_scope(instance.task_id)
        counts = self._counts(instance, scope)
        return counts.all_done

    def _counts(self, instance: Instance, tasks: Iterable[str]) -> Counts:
        relevant = [other for task_id in tasks for other in self._relevant(instance, task_id)]
        return counts_of(relevant, self._finished, self._graph.setups)

    def _relevant(self, instance: Instance, above: str) -> Iterator[Instance]:
        """
        Yield the instances of the task *above* that *instance* waits for.
        """
        others = self._instances.of(above)
        if not self._graph.mapped_groups[instance.task_id]:
            yield from others
            return
        numbers = self._relevant_numbers(instance, above)
        for other in others:
            if other.map_index < 0 or numbers is None or other.map_index in numbers:
                yield other

    def _relevant_numbers(self, instance: Instance, above: str) -> range | None:
        task_id = instance.task_id
        is_broad = instance.map_index < 0 and self._graph.rules[task_id] in _SATISFIED_BY_SOME
        if is_broad and above not in self._expansion_sources(task_id):
            return None
        return relevant_numbers(self._graph, self._lengths, instance, above)

    def _expansion_sources(self, task_id: str) -> set[str]:
        nodes = (task_id, *self._graph.mapped_groups[task_id])
        return {source for node in nodes for source in self._graph.sources.get(node, ())}

    def _is_skipped_by_parent(self, instance: Instance) -> bool:
        task_id = instance.task_id
        for parent in self._graph.upstream[task_id]:
            if not any(other in self._finished for other in self._instances.of(parent)):
                continue
            index = instance.map_index if self._graph.is_mapped(parent) else UNEXPANDED
            choice = self._xcoms.choice(parent, index)
            if FOLLOWED in choice and task_id not in choice[FOLLOWED]:
                return True
            if task_id in choice.get(SKIPPED_TASKS, ()):
                return True
        return False

    def _lengths_known(self, instance: Instance) -> Verdict:
        task_id = instance.task_id
        node = task_id
        if not self._graph.is_mapped(task_id):
            if not self._graph.mapped_groups[task_id]:
                return _MET
            node = self._graph.mapped_groups[task_id][0]
        sources = [self._instances.unexpanded(source) for source in self._graph.sources[node]]
        self._note_fresh(instance, [source for source in sources if source is not None])
        states = {source.state for source in sources if source is not None and source.is_finished}
        if not states or states == {SUCCESS}:
            return _MET
        if states & _BROKEN:
            return UPSTREAM_FAILED, False
        return (SKIPPED if SKIPPED in states else None), False

    def _note_fresh(self, instance: Instance, read: list[Instance]) -> None:
        for other in [*read, *self._lengths.looked_at]:
            if other in self._changed:
                self._races.add(
                    f"{instance.name} may or may not see yet that {other.name} is {other.state}: "
                    "Airflow goes through the instances in any order"
                )
        self._lengths.looked_at.clear()


def relevant_numbers(graph: TaskGraph, lengths: Lengths, instance: Instance, above: str) -> range | None:
    """
    Return the numbers of the instances of the task *above* that belong to *instance*, which is in a mapped group.

    `None`: all belong to it.
    """
    group_id = graph.common_group(instance.task_id, above)
    count = lengths.of_task(instance.task_id)
    if not count or group_id is None:
        return None
    copies = lengths.of_groups_around(group_id) or 1
    copy = instance.map_index * copies // count
    if not (graph.is_mapped(above) or graph.mapped_groups[above][0] != group_id):
        return range(copy, copy + 1)
    further = count // copies
    return range(copy * further, copy * further + further)


def _applied(before: State | None, states: tuple[State | None, ...], order: Iterable[int]) -> State | None:
    """
    Return the state after the dependencies have set theirs in some order; the last one spares what has failed.
    """
    last = len(states) - 1
    current = before
    for number in order:
        state = states[number]
        if state is not None and not (number == last and current in _BROKEN):
            current = state
    return current
