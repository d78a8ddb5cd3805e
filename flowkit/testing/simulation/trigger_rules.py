"""
Airflow's trigger rules: from the states of the tasks before a task to whether it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias, final

import attrs

from flowkit.testing.simulation.instances import (
    FAILED,
    REMOVED,
    SKIPPED,
    SUCCESS,
    UPSTREAM_FAILED,
    Instance,
    State,
)


@final
@attrs.frozen
class Counts:
    """
    How many of the instances that a task waits for are in which state.
    """

    total: int
    """How many there are, finished or not."""

    success: int
    skipped: int
    failed: int
    upstream_failed: int
    removed: int
    setups: int = 0
    """How many of them are setups."""

    setups_succeeded: int = 0
    setups_skipped: int = 0

    @property
    def done(self) -> int:
        """
        How many are finished.
        """
        return self.success + self.skipped + self.failed + self.upstream_failed + self.removed

    @property
    def all_done(self) -> bool:
        """
        Whether all are finished.
        """
        return self.done >= self.total

    @property
    def broken(self) -> int:
        """
        How many failed, or could not run because others failed.
        """
        return self.failed + self.upstream_failed


def counts_of(instances: Iterable[Instance], finished: frozenset[Instance], setups: frozenset[str]) -> Counts:
    """
    Return the counts of *instances*, of which those in *finished* are known to be finished.
    """
    states: dict[str, int] = {}
    total = setup_total = setups_succeeded = setups_skipped = 0
    for instance in instances:
        total += 1
        is_setup = instance.task_id in setups
        setup_total += is_setup
        if instance in finished and instance.state is not None:
            states[instance.state] = states.get(instance.state, 0) + 1
            setups_succeeded += is_setup and instance.state == SUCCESS
            setups_skipped += is_setup and instance.state == SKIPPED
    return Counts(
        total,
        states.get(SUCCESS, 0),
        states.get(SKIPPED, 0),
        states.get(FAILED, 0),
        states.get(UPSTREAM_FAILED, 0),
        states.get(REMOVED, 0),
        setup_total,
        setups_succeeded,
        setups_skipped,
    )


Verdict: TypeAlias = "tuple[State | None, bool]"
"""The state that the rule gives to the task, and whether the rule is met."""


def verdict(rule: str, counts: Counts, map_index: int) -> Verdict:
    """
    Return what a trigger rule makes of the tasks before a task.

    Raises:
        KeyError: If Airflow has no such rule.
    """
    return _RULES[rule](counts, map_index)


def _all_success(c: Counts, map_index: int) -> Verdict:
    state: State | None = None
    if c.broken:
        state = UPSTREAM_FAILED
    elif c.skipped:
        state = SKIPPED
    elif c.removed and c.success and map_index >= c.success:
        state = REMOVED
    return state, c.total - c.success - c.removed <= 0


def _all_failed(c: Counts, _map_index: int) -> Verdict:
    return (SKIPPED if c.success or c.skipped else None), c.total - c.broken - c.removed <= 0


def _all_done(c: Counts, _map_index: int) -> Verdict:
    return None, c.all_done


def _all_done_min_one_success(c: Counts, _map_index: int) -> Verdict:
    done, total = c.success + c.broken, c.total - c.skipped
    state: State | None = None
    if c.skipped:
        state = SKIPPED
    elif done + c.removed >= total and not c.success:
        state = UPSTREAM_FAILED
    return state, not c.skipped and done >= total - c.removed and c.success > 0


def _one_success(c: Counts, _map_index: int) -> Verdict:
    state: State | None = None
    if c.all_done and c.done == c.skipped:
        state = SKIPPED
    elif c.all_done and not c.success:
        state = UPSTREAM_FAILED
    return state, c.success > 0


def _one_failed(c: Counts, _map_index: int) -> Verdict:
    return (SKIPPED if c.all_done and not c.broken else None), c.broken > 0


def _one_done(c: Counts, _map_index: int) -> Verdict:
    ran = c.failed + c.success
    return (SKIPPED if c.all_done and not ran else None), ran > 0


def _none_failed(c: Counts, _map_index: int) -> Verdict:
    return (UPSTREAM_FAILED if c.broken else None), c.total - c.success - c.skipped - c.removed <= 0


def _none_failed_min_one_success(c: Counts, _map_index: int) -> Verdict:
    state: State | None = None
    if c.broken:
        state = UPSTREAM_FAILED
    elif c.skipped == c.total:
        state = SKIPPED
    elif c.all_done and not c.success:
        state = UPSTREAM_FAILED
    return state, c.total - c.success - c.skipped - c.removed <= 0 and c.success > 0


def _none_skipped(c: Counts, _map_index: int) -> Verdict:
    return (SKIPPED if c.skipped else None), c.all_done and not c.skipped


def _all_skipped(c: Counts, _map_index: int) -> Verdict:
    return (SKIPPED if c.success or c.broken else None), c.total - c.skipped <= 0


def _teardown(c: Counts, _map_index: int) -> Verdict:
    state: State | None = None
    if c.all_done and c.setups and c.setups_skipped >= c.setups:
        state = SKIPPED
    elif c.all_done and c.setups and not c.setups_succeeded:
        state = UPSTREAM_FAILED
    return state, c.all_done and (not c.setups or c.setups_succeeded > 0)


_RULES: Final[Mapping[str, Callable[[Counts, int], Verdict]]] = {
    "all_success": _all_success,
    "all_failed": _all_failed,
    "all_done": _all_done,
    "all_done_min_one_success": _all_done_min_one_success,
    "all_done_setup_success": _teardown,
    "one_success": _one_success,
    "one_failed": _one_failed,
    "one_done": _one_done,
    "none_failed": _none_failed,
    "none_failed_min_one_success": _none_failed_min_one_success,
    "none_skipped": _none_skipped,
    "all_skipped": _all_skipped,
}
"""All rules but `always`, which waits for nothing."""
