"""
Warnings about setups that a branch skips, and about teardowns in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec, TaskSpec
from flowkit.resolve.branch_rules import keys_to_skipped
from flowkit.resolve.choosers import may_choose
from flowkit.resolve.outcomes import Outcomes
from flowkit.resolve.worlds import NONE


def skip_warnings(spec: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the setups that a branch skips although it leads to tasks that need them.
    """
    if not any(task.role == "setup" for task in spec.tasks):
        return
    if any(may_choose(task.action) for task in spec.tasks):
        yield from _skipped_setups(Outcomes(spec), spec.dag_id)


def _skipped_setups(outcomes: Outcomes, dag_id: str) -> Iterator[Problem]:
    for number, key, target in keys_to_skipped(outcomes):
        when = outcomes.when(number, key)
        if outcomes.both(outcomes.without_setups.get(target, NONE), when) == NONE:
            continue
        skipped = _names(
            outcomes.tasks[setup].task_id
            for setup in outcomes.setups_of(target)
            if outcomes.both(outcomes.worlds[setup], when) == NONE
        )
        task, branch = outcomes.tasks[target], outcomes.tasks[number]
        message = (
            f"The branch {branch.task_id!r} leads to {task.task_id!r} when {outcomes.choosers[number].name}() returns "
            f"{key!r}, but skips setup {skipped} then. Airflow skips all tasks between a setup and its teardown with "
            "the setup, whatever the trigger rule."
        )
        hint = f"Place {task.id!r} outside of the setup and its teardown, or run the setup with each key."
        yield Problem("FK123", message, hint, task.location, dag_id)


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def unordered_teardowns(spec: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the teardowns of nested setups that Airflow may run in any order.
    """
    tasks = {task.task_id: task for task in spec.tasks}
    setups = {
        task.task_id: [name for name in task.upstream if tasks[name].role == "setup"]
        for task in spec.tasks
        if task.role == "teardown"
    }
    if len(setups) < 2:
        return
    above: dict[str, frozenset[str]] = {}
    for outer, outer_setups in setups.items():
        for inner, inner_setups in setups.items():
            if outer == inner or set(outer_setups) & set(inner_setups):
                continue
            for node in (outer, inner, *inner_setups):
                above.setdefault(node, _all_above(node, tasks))
            nested = next(
                ((one, other) for one in outer_setups for other in inner_setups if one in above[other]), None
            )
            if nested is None or nested[1] not in above[outer]:
                continue  # the inner setup lies outside of what the outer one is for
            if outer in above[inner] or inner in above[outer]:
                continue
            message = (
                f"Setup {nested[1]!r} follows setup {nested[0]!r}, but nothing orders their teardowns: {outer!r} may "
                f"run before {inner!r}, or at the same time."
            )
            hint = f"Let {outer!r} wait for {inner!r}: after={inner!r}."
            yield Problem("FK124", message, hint, tasks[outer].location, spec.dag_id)


def _all_above(task_id: str, tasks: dict[str, TaskSpec]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [task_id]
    while waiting:
        for upstream in tasks[waiting.pop()].upstream:
            if upstream not in seen:
                seen.add(upstream)
                waiting.append(upstream)
    return frozenset(seen)
