"""
In which worlds each task can run: what branches and short circuits skip, followed through the trigger rules.

Functions may fail, and raise `AirflowSkipException`, in every world. Where a rule is not followed exactly, a task gets
too many worlds, never too few: what cannot run according to this module never runs in Airflow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, final

from flowkit.model.calls import NativeCall
from flowkit.model.pipeline import PipelineSpec, TaskSpec
from flowkit.resolve.choosers import GOES_ON, Chooser, choosers_of, descendants
from flowkit.resolve.worlds import ALL, NONE, Box, Domains, Worlds, both, either, others, worlds_with

JOIN_RULE: Final = "none_failed_min_one_success"
"""The trigger rule of tasks that run after whichever way of a branch ran."""

NEEDS_ONE: Final = {"one_success", JOIN_RULE, "all_done_min_one_success"}
"""The trigger rules under which at least one of the tasks before must succeed, but not each."""

_EXACT: Final = {"all_success", JOIN_RULE}
_NEEDS_NO_FAILURE: Final = {"none_failed", JOIN_RULE}


def rule_of(task: TaskSpec) -> str:
    """
    Return the trigger rule that is in effect for *task*.
    """
    rule = task.own_options.get("trigger_rule", task.inherited_options.get("trigger_rule"))
    return "all_success" if rule is None else str(getattr(rule, "value", rule))


def _reversed(upstream: Sequence[Sequence[int]]) -> list[list[int]]:
    downstream: list[list[int]] = [[] for _ in upstream]
    for number, above in enumerate(upstream):
        for other in above:
            downstream[other].append(number)
    return downstream


@final
class Outcomes:
    """
    The worlds of one pipeline without cycles.
    """

    def __init__(self, spec: PipelineSpec, joins: Collection[int] = ()) -> None:
        """
        Compute the worlds of each task.

        Args:
            spec: The pipeline.

            joins: The numbers of the tasks that get the rule for joins if they could not run otherwise.
        """
        self.tasks: tuple[TaskSpec, ...] = spec.tasks
        self.numbers: dict[str, int] = {task.task_id: number for number, task in enumerate(self.tasks)}
        self.upstream: list[list[int]] = [
            [self.numbers[task_id] for task_id in task.upstream] for task in self.tasks
        ]
        self.downstream: list[list[int]] = _reversed(self.upstream)
        self.rules: list[str] = [rule_of(task) for task in self.tasks]
        self.choosers: dict[int, Chooser] = choosers_of(spec, self.numbers, self.downstream)
        self.domains: Domains = Domains(
            {number: chooser.outcomes for number, chooser in self.choosers.items()}
        )
        self.joined: list[int] = []
        """Those of *joins* that got the rule."""

        self.worlds: list[Worlds] = [ALL] * len(self.tasks)
        """By number: where the task can run."""

        self._exact: list[bool] = [False] * len(self.tasks)
        """By number: whether these are no other worlds than those in which the task can run."""

        self.without_setups: dict[int, Worlds] = {}
        """The same, if the setups of the task did not matter; only of tasks that have setups."""

        self._mapped = {group.group_id: group for group in spec.groups if group.mapped is not None}
        self._parents = {group.group_id: group.parent_id for group in spec.groups}
        self._setups = self._relevant_setups()
        self._stopped_by = self._stopping()
        for number in self._order():
            self._follow(number, may_join=number in joins)

    def _follow(self, number: int, *, may_join: bool) -> None:
        worlds = self._by_rule(number)
        if may_join and worlds == NONE and self.rules[number] == "all_success":
            self.rules[number] = JOIN_RULE
            worlds = self._by_rule(number)
            if worlds == NONE:
                self.rules[number] = "all_success"
            else:
                self.joined.append(number)
        is_native = isinstance(self.tasks[number].action, NativeCall)
        if is_native and worlds == NONE:
            worlds = ALL  # its function may set other trigger rules
        followed = self.rules[number] in _EXACT and self.tasks[number].role != "teardown" and not self._mapped
        followed = followed and not is_native
        self._exact[number] = followed and all(self._exact[other] for other in self.upstream[number])
        for chooser in self._stopped_by.get(number, ()):
            worlds = self.both(worlds, worlds_with(chooser, (GOES_ON, None), self.domains))
        setups = self._setups.get(number, ())
        if setups:
            self.without_setups[number] = worlds
        for setup in setups:
            worlds = self.both(worlds, self.worlds[setup])
        self.worlds[number] = worlds

    def both(self, first: Worlds, second: Worlds) -> Worlds:
        """
        Return the worlds in *first* and *second*.
        """
        return both(first, second, self.domains)

    def setups_of(self, number: int) -> list[int]:
        """
        Return the setups without whose success a task is skipped, and which are not directly before it.
        """
        return self._setups.get(number, [])

    def when(self, chooser: int, key: str) -> Worlds:
        """
        Return the worlds in which a branch returns *key*.
        """
        chosen = worlds_with(chooser, self.choosers[chooser].keys[key], self.domains)
        return self.both(chosen, self.worlds[chooser])

    def success(self, number: int, of: int) -> Worlds:
        """
        Return the worlds in which the task *of* can succeed without skipping the task *number* after it.
        """
        if self._in_copies(of, number):
            return ALL
        chooser = self.choosers.get(of)
        if chooser is None:
            return self.worlds[of]
        kept = [outcome for outcome, tasks in chooser.kept.items() if number in tasks]
        return self.both(self.worlds[of], worlds_with(of, kept, self.domains))

    def _by_rule(self, number: int) -> Worlds:
        above, rule = self.upstream[number], self.rules[number]
        if not above or self.tasks[number].role == "teardown":
            return ALL
        if rule == "all_success":
            worlds = ALL
            for other in above:
                worlds = self.both(worlds, self.success(number, other))
            return worlds
        worlds = ALL
        if rule in NEEDS_ONE:
            worlds = either((self.success(number, other) for other in above), self.domains)
        for other in above:
            worlds = self.both(worlds, self._not_skipped(number, other, rule))
        return worlds

    def _not_skipped(self, number: int, by: int, rule: str) -> Worlds:
        """
        Return the worlds in which the chooser *by* does not skip the task *number* directly after it.
        """
        chooser = self.choosers.get(by)
        if chooser is None or self._in_copies(by, number):
            return ALL
        kept: list[str | None] = [outcome for outcome, tasks in chooser.kept.items() if number in tasks]
        if rule not in _NEEDS_NO_FAILURE or not self._exact[by] or self.domains.rounded:
            return worlds_with(by, [*kept, None], self.domains)
        # Without an outcome it must have been skipped itself, not have failed.
        skipped = self.both(worlds_with(by, [None], self.domains), self._skipping(by))
        return either([worlds_with(by, kept, self.domains), skipped], self.domains)

    def _skipping(self, number: int) -> Worlds:
        """
        Return the worlds in which a task does not run although nothing fails.
        """
        without_failures: list[Box] = [
            {
                chooser: outcomes | {None}
                for chooser, outcomes in box.items()
                if outcomes | {None} != self.domains[chooser]
            }
            for box in self.worlds[number]
        ]
        return others(tuple(without_failures), self.domains)

    def _in_copies(self, upper: int, lower: int) -> bool:
        """
        Return whether *upper* is in a mapped group that *lower* is not in: each copy has outcomes of its own.
        """
        return bool(self._mapped) and bool(self._copies_of(upper) - self._copies_of(lower))

    def _copies_of(self, number: int) -> set[str]:
        found, group = set(), self.tasks[number].group_id
        while group is not None:
            if group in self._mapped:
                found.add(group)
            group = self._parents[group]
        return found

    def _order(self) -> Iterable[int]:
        waiting = [len(above) for above in self.upstream]
        ready = [number for number, count in enumerate(waiting) if not count]
        for number in ready:  # grows
            for below in self.downstream[number]:
                waiting[below] -= 1
                if not waiting[below]:
                    ready.append(below)
        return ready

    def _stopping(self) -> dict[int, list[int]]:
        """
        Return by task the short circuits that skip it whatever its trigger rule.
        """
        stopping: dict[int, list[int]] = {}
        for number, chooser in self.choosers.items():
            if chooser.skips_all:
                for below in descendants(self.downstream[number], self.downstream):
                    if self.tasks[below].role != "teardown":
                        stopping.setdefault(below, []).append(number)
        return stopping

    def _relevant_setups(self) -> dict[int, list[int]]:
        """
        Return by task the setups above it that Airflow skips it with, whatever its trigger rule.

        These are not directly before it, and have either no teardown, or one that is below it.
        """
        relevant: dict[int, list[int]] = {}
        for number, task in enumerate(self.tasks):
            if task.role != "setup":
                continue
            ended = {
                above
                for below in self.downstream[number]
                if self.tasks[below].role == "teardown"
                for above in _above(below, self.upstream)
            }
            for below in descendants(self.downstream[number], self.downstream):
                in_scope = not ended or below in ended
                if in_scope and number not in self.upstream[below] and self.tasks[below].role != "teardown":
                    relevant.setdefault(below, []).append(number)
        return relevant


def _above(number: int, upstream: list[list[int]]) -> frozenset[int]:
    return descendants(upstream[number], upstream)
