"""
Tasks that no outcome of a branch lets run, and the joins of chains, which get a trigger rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.model.calls import NativeCall
from flowkit.model.pipeline import PipelineSpec, TaskSpec
from flowkit.resolve.outcomes import JOIN_RULE, Outcomes
from flowkit.resolve.worlds import NONE, Worlds

_HINT: Final = f"Write trigger_rule={JOIN_RULE!r}: it then runs after whichever of them ran."
_HINT_FAIL_FAST: Final = (
    "Remove fail_fast=True from the pipeline, since it forbids trigger rules, and write "
    f"trigger_rule={JOIN_RULE!r}."
)


def with_joins(spec: PipelineSpec, joins: Collection[int], problems: list[Problem]) -> PipelineSpec:
    """
    Return *spec* with the trigger rule for joins where a chain joins the ways of a branch.

    Args:
        spec: A pipeline with branches.

        joins: The numbers of the tasks that wait for nothing but the link before them, and have no trigger rule.

        problems: Gets the tasks that can never run.
    """
    outcomes = Outcomes(spec, joins)
    hint = _HINT_FAIL_FAST if spec.settings.get("fail_fast") else _HINT
    problems.extend(_never_running(outcomes, hint))
    problems.extend(_dead_keys(outcomes, hint))
    if not outcomes.joined:
        return spec
    joined = {outcomes.tasks[number].task_id for number in outcomes.joined}
    nodes = tuple(
        evolve(node, own_options={**node.own_options, "trigger_rule": JOIN_RULE})
        if isinstance(node, TaskSpec) and node.task_id in joined
        else node
        for node in spec.nodes
    )
    return evolve(spec, nodes=nodes)


def _never_running(outcomes: Outcomes, hint: str) -> Iterator[Problem]:
    for number, task in enumerate(outcomes.tasks):
        above = outcomes.upstream[number]
        if outcomes.worlds[number] != NONE or any(outcomes.worlds[other] == NONE for other in above):
            continue  # it can run, or the cause lies above it
        unchosen = [other for other in above if outcomes.success(number, other) == NONE]
        if unchosen:
            branch = outcomes.tasks[unchosen[0]].task_id
            why = f"it waits for the branch {branch!r}, none of whose keys leads to it"
            cure = "Add it to a key of .to({…}), or remove the edge."
        else:
            why, cure = _clash(outcomes, number) or "no key lets all tasks run that it waits for", hint
        yield Problem("FK121", f"Task {task.task_id!r} can never run: {why}.", cure, task.location)


def _clash(outcomes: Outcomes, number: int) -> str | None:
    """
    Return why two of the tasks before *number* never both run.
    """
    rule = outcomes.rules[number]
    ways = [
        (outcomes.tasks[other].task_id, outcomes.success(number, other))
        for other in outcomes.upstream[number]
    ]
    for index, (first, its_worlds) in enumerate(ways):
        for second, other_worlds in ways[index + 1 :]:
            if outcomes.both(its_worlds, other_worlds) == NONE:
                branch = _branch_between(outcomes, its_worlds, other_worlds)
                exclude = f"{first!r} and {second!r} exclude each other" + (
                    f" (branch {branch!r})" if branch else ""
                )
                return f"{exclude}, and trigger_rule={rule!r} needs both"
    return None


def _branch_between(outcomes: Outcomes, first: Worlds, second: Worlds) -> str | None:
    """
    Return the branch that decides between two sets of worlds.
    """
    for chooser in outcomes.choosers:
        sides = [[box.get(chooser) for box in worlds] for worlds in (first, second)]
        if all(None not in side for side in sides):
            one, other = (frozenset().union(*(keys or () for keys in side)) for side in sides)
            if not one & other:
                return outcomes.tasks[chooser].task_id
    return None


def _dead_keys(outcomes: Outcomes, hint: str) -> Iterator[Problem]:
    for number, key, target in keys_to_skipped(outcomes):
        if outcomes.both(outcomes.without_setups.get(target, NONE), outcomes.when(number, key)) != NONE:
            continue  # reported as a warning: only its setup keeps it from running
        task = outcomes.tasks[target]
        skipped = [
            outcomes.tasks[other].task_id
            for other in outcomes.upstream[target]
            if outcomes.both(outcomes.success(target, other), outcomes.when(number, key)) == NONE
        ]
        name = outcomes.choosers[number].name
        which = f"{skipped[0]!r} is skipped then" if skipped else "what it waits for is skipped then"
        message = (
            f"The branch {outcomes.tasks[number].task_id!r} leads to {task.task_id!r} when {name}() returns {key!r}, "
            f"but it cannot run then: {which}, and trigger_rule={outcomes.rules[target]!r} needs it."
        )
        yield Problem("FK121", message, hint, task.location)


def keys_to_skipped(outcomes: Outcomes) -> Iterator[tuple[int, str, int]]:
    """
    Yield the targets of branches that never run when their key is returned: branch, key and target.
    """
    for number, chooser in outcomes.choosers.items():
        for key, targets in chooser.targets.items():
            when = outcomes.when(number, key)
            for target in targets:
                if isinstance(outcomes.tasks[target].action, NativeCall):
                    continue  # its function may set other trigger rules
                worlds = outcomes.worlds[target]
                if NONE not in (when, worlds) and outcomes.both(worlds, when) == NONE:
                    yield number, key, target
