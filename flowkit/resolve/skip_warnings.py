"""
Warnings about what is skipped against expectation: setups, and tasks after dropped items; and about teardowns in any
order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from flowkit.base.problems import Problem
from flowkit.model.calls import EachCall, Transform
from flowkit.model.pipeline import GroupSpec, PipelineSpec, TaskSpec
from flowkit.resolve.branch_rules import keys_to_skipped
from flowkit.resolve.choosers import may_choose
from flowkit.resolve.outcomes import NEEDS_ONE, Outcomes, rule_of
from flowkit.resolve.worlds import NONE

_SKIPPED_BY_ONE: Final = {"all_success", "none_skipped"}
"""Rules under which one skipped task before it is enough to skip a task."""


def skip_warnings(spec: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the setups that a branch skips although it leads to tasks that need them.
    """
    if not any(task.role == "setup" for task in spec.tasks):
        return
    if any(may_choose(task.action) for task in spec.tasks):
        yield from _skipped_setups(Outcomes(spec), spec.dag_id)


def _skipped_setups(outcomes: Outcomes, dag_id: str) -> Iterator[Problem]:
    targets: set[int] = set()
    for number, key, target in keys_to_skipped(outcomes):
        if outcomes.both(outcomes.without_setups.get(target, NONE), outcomes.when(number, key)) != NONE:
            targets.add(target)
            task, branch = outcomes.tasks[target], outcomes.tasks[number]
            what = (
                f"The branch {branch.task_id!r} leads to {task.task_id!r} when {outcomes.choosers[number].name}() "
                f"returns {key!r}, but skips"
            )
            yield _skipped_setup(outcomes, (number, key, target), what, dag_id)
    for number, key, join in _skipped_joins(outcomes):
        if join not in targets:
            targets.add(join)
            task, branch = outcomes.tasks[join], outcomes.tasks[number]
            what = (
                f"Task {task.task_id!r}, with trigger_rule={outcomes.rules[join]!r}, joins the ways of the branch "
                f"{branch.task_id!r}, but if {outcomes.choosers[number].name}() returns {key!r}, the branch skips"
            )
            yield _skipped_setup(outcomes, (number, key, join), what, dag_id)


def _skipped_joins(outcomes: Outcomes) -> Iterator[tuple[int, str, int]]:
    """
    Yield the tasks that only a skipped setup keeps from running after one way of a branch: branch, key and task.
    """
    for join, without in outcomes.without_setups.items():
        # Under other rules a task may run although everything before it was skipped, which need not be meant.
        if outcomes.rules[join] not in NEEDS_ONE:
            continue
        for number, chooser in outcomes.choosers.items():
            for key in chooser.keys:
                when = outcomes.when(number, key)
                runs = (
                    NONE in (when, outcomes.worlds[join])
                    or outcomes.both(outcomes.worlds[join], when) != NONE
                )
                if not runs and outcomes.both(without, when) != NONE:
                    yield number, key, join


def _skipped_setup(outcomes: Outcomes, choice: tuple[int, str, int], what: str, dag_id: str) -> Problem:
    number, key, target = choice
    when, task = outcomes.when(number, key), outcomes.tasks[target]
    skipped = _names(
        outcomes.tasks[setup].task_id
        for setup in outcomes.setups_of(target)
        if outcomes.both(outcomes.worlds[setup], when) == NONE
    )
    message = (
        f"{what} setup {skipped} then. Airflow skips all tasks between a setup and its teardown with the setup, "
        "whatever the trigger rule."
    )
    hint = f"Place {task.id!r} outside of the setup and its teardown, or run the setup with each key."
    return Problem("FK123", message, hint, task.location, dag_id)


def skipped_by_filters(spec: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the tasks that are skipped as soon as `items.filter` drops an item of a task or a group before them.
    """
    groups = {group.group_id: group for group in spec.groups}
    filtered = {name: group for name, group in groups.items() if _is_filtered(group.mapped)}
    tasks = {task.task_id: task for task in spec.tasks}
    for task in spec.tasks:
        rule = rule_of(task)
        if task.role == "teardown" or rule not in _SKIPPED_BY_ONE:
            continue
        for upstream in task.upstream:
            mapped = _filtered_before(tasks[upstream], task, filtered, groups)
            if mapped is None:
                continue
            message = (
                f"Task {task.task_id!r} follows {mapped!r}, which is mapped over items.filter(…). Airflow skips the "
                f"instance of each item that the filter drops, and with trigger_rule={rule!r} {task.task_id!r} is "
                "skipped, too."
            )
            hint = "Write trigger_rule='none_failed': it then runs, whatever is dropped."
            yield Problem("FK125", message, hint, task.location, spec.dag_id)
            break


def _is_filtered(over: Mapping[str, Any] | None) -> bool:
    waiting = [] if over is None else list(over.values())
    while waiting:
        value = waiting.pop()
        if isinstance(value, Transform):
            if value.kind == "filter":
                return True
            waiting.extend(value.sources)
    return False


def _filtered_before(
    above: TaskSpec, task: TaskSpec, filtered: Mapping[str, GroupSpec], groups: Mapping[str, GroupSpec]
) -> str | None:
    """
    Return what is mapped over a filter and ends before *task*: the task *above*, or a group around it.
    """
    if isinstance(above.action, EachCall) and _is_filtered(above.action.mapped):
        return above.task_id
    around = set(_groups_around(task, groups))
    return next(
        (name for name in _groups_around(above, groups) if name in filtered and name not in around), None
    )


def _groups_around(task: TaskSpec, groups: Mapping[str, GroupSpec]) -> Iterator[str]:
    name = task.group_id
    while name is not None:
        yield name
        name = groups[name].parent_id


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
