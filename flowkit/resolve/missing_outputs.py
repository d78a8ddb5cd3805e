"""
Warnings about outputs that may be missing although the task that takes them runs: it gets `None`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Final, final

from flowkit.base.problems import Problem
from flowkit.model.calls import EachCall, ItemRef, PythonCall, Ref, Text, Transform, inner_call
from flowkit.model.pipeline import GroupSpec, PipelineSpec, TaskSpec
from flowkit.model.values import Path, walk
from flowkit.resolve.choosers import STOPS, may_choose
from flowkit.resolve.outcomes import JOIN_RULE, NEEDS_ONE, Outcomes, rule_of
from flowkit.resolve.worlds import NONE, Worlds, worlds_with
from flowkit.rules.none_values import takes_none
from flowkit.rules.signatures import signature_of

_NO_FAILURES: Final = {"all_success", "none_failed", JOIN_RULE}
"""Rules under which a task does not run if one before it has failed."""

_SEVERAL: Final = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def missing_outputs(spec: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the outputs that may be missing where a function needs them.
    """
    tasks = {task.task_id: task for task in spec.tasks}
    takers = [task for task in spec.tasks if task.uses and _may_lack(task, tasks)]
    if takers:
        known = _Missing(spec, tasks)
        for task in takers:
            yield from known.problems(task)


def _may_lack(task: TaskSpec, tasks: Mapping[str, TaskSpec]) -> bool:
    # Nearly all tasks run only if all before them have succeeded, and those have pushed what they returned.
    return (
        task.role == "teardown"
        or rule_of(task) != "all_success"
        or any(_pushes_less(tasks[giver]) for giver in task.uses)
    )


def _pushes_less(task: TaskSpec) -> bool:
    return any(
        options.get(name) is False
        for options in (task.own_options, task.inherited_options)
        for name in ("do_xcom_push", "multiple_outputs")
    )


@final
class _Missing:
    """
    What may be missing in one pipeline.
    """

    def __init__(self, spec: PipelineSpec, tasks: Mapping[str, TaskSpec]) -> None:
        self._dag_id = spec.dag_id
        self._tasks = tasks
        self._groups = {group.group_id: group for group in spec.groups}
        self._outcomes = Outcomes(spec) if any(may_choose(task.action) for task in spec.tasks) else None
        self._without_items: dict[str, str | None] = {}

    def problems(self, taker: TaskSpec) -> Iterator[Problem]:
        """
        Yield the outputs that may be missing when *taker* runs, once for each of its parameters.
        """
        call = None if taker.action is None else inner_call(taker.action)
        if not isinstance(call, PythonCall):
            return
        known: set[tuple[str, Ref]] = set()
        for name, path, ref in _references(call):
            giver = self._tasks[ref.task_id]
            listed = self._is_list_for(giver, taker)
            if (name, ref) in known or (listed and not _stores_nothing(giver)):
                continue
            reason = self._reason(ref, giver, taker, call.name)
            if reason is None:
                continue
            if listed or _has_no_keys(ref, giver) or not takes_none(call.function, name, path):
                known.add((name, ref))
                yield self._problem(taker, call, (name, path, ref), reason)

    def _problem(
        self, taker: TaskSpec, call: PythonCall, given: tuple[str, Path, Ref], reason: str
    ) -> Problem:
        name, path, ref = given
        what = "the output" if ref.key is None else f"the key {ref.key!r} of the output"
        message = f"Task {taker.task_id!r} gives {what} of {ref.task_id!r} to {name!r} of {call.name}()"
        giver = self._tasks[ref.task_id]
        if _has_no_keys(ref, giver):
            hint = f"Remove multiple_outputs=False from {ref.task_id!r}."
        elif self._is_list_for(giver, taker):
            hint = f"Remove do_xcom_push=False from {ref.task_id!r}."
        elif path:
            message += ", which does not take None there"
            hint = f"Let the annotation of {name!r} allow None there, and handle it in {call.name}()."
        else:
            message += ", which does not take None"
            hint = f"Annotate {name!r} with `… | None`, and handle None in {call.name}()."
        return Problem("FK220", f"{message}. {reason}", hint, call.location, self._dag_id)

    def _around(self, task: TaskSpec) -> Iterator[GroupSpec]:
        """
        Yield the mapped groups around *task*.
        """
        group_id = task.group_id
        while group_id is not None:
            group = self._groups[group_id]
            if group.mapped is not None:
                yield group
            group_id = group.parent_id

    def _is_list_for(self, giver: TaskSpec, taker: TaskSpec) -> bool:
        """
        Return whether *taker* gets a list of results, which lacks those that are missing.
        """
        if isinstance(giver.action, EachCall):
            return True
        around = [group.group_id for group in self._around(taker)]
        return any(group.group_id not in around for group in self._around(giver))

    def _reason(self, ref: Ref, giver: TaskSpec, taker: TaskSpec, function: str) -> str | None:
        rule = rule_of(taker)
        if _stores_nothing(giver):
            what = "an empty list" if self._is_list_for(giver, taker) else "None"
            return f"{ref.task_id!r} has do_xcom_push=False, so {function}() gets {what}."
        if _has_no_keys(ref, giver):
            cause = f"{ref.task_id!r} has multiple_outputs=False"
            return f"{cause}, so Airflow finds no value for the key, and the task fails."
        if taker.role == "teardown":
            setups = [name for name in taker.upstream if self._tasks[name].role == "setup"]
            if setups == [ref.task_id]:
                return None
            return f"A teardown also runs if {ref.task_id!r} has failed, and {function}() gets None then."
        if rule == "all_success" or (rule in NEEDS_ONE and taker.upstream == (ref.task_id,)):
            return None
        if self._outcomes is not None:
            numbers = self._outcomes.numbers
            when = _skipped_when(self._outcomes, numbers[ref.task_id], numbers[taker.task_id])
            if when is not None:
                return f"{when}, {ref.task_id!r} is skipped and {function}() gets None."
        if rule not in _NO_FAILURES:
            return (
                f"With trigger_rule={rule!r}, {taker.task_id!r} may run although {ref.task_id!r} has not succeeded, "
                f"and {function}() gets None then."
            )
        mapped = self._skipped_with(giver)
        if mapped is None:
            return None
        return f"If {mapped!r} is mapped over no items, {ref.task_id!r} is skipped with it and {function}() gets None."

    def _skipped_with(self, task: TaskSpec) -> str | None:
        """
        Return the mapped task whose skipping, for lack of items, skips *task* below it.
        """
        if task.task_id not in self._without_items:
            self._without_items[task.task_id] = None  # there are no cycles
            self._without_items[task.task_id] = self._find_skipped_with(task)
        return self._without_items[task.task_id]

    def _find_skipped_with(self, task: TaskSpec) -> str | None:
        rule = rule_of(task)
        if task.role == "teardown" or (rule != "all_success" and rule not in NEEDS_ONE):
            return None
        found = []
        for name in task.upstream:
            giver = self._tasks[name]
            mapped = name if self._may_have_no_items(giver, task) else self._skipped_with(giver)
            if mapped is not None and rule == "all_success":
                return mapped
            found.append(mapped)
        return None if None in found or not found else found[0]

    def _may_have_no_items(self, giver: TaskSpec, below: TaskSpec) -> bool:
        if isinstance(giver.action, EachCall) and _is_computed(giver.action.mapped):
            return True
        around = [group.group_id for group in self._around(below)]
        return any(
            group.group_id not in around and _is_computed(group.mapped or {}) for group in self._around(giver)
        )


def _stores_nothing(giver: TaskSpec) -> bool:
    return giver.options.get("do_xcom_push") is False


def _has_no_keys(ref: Ref, giver: TaskSpec) -> bool:
    return ref.key is not None and giver.options.get("multiple_outputs") is False


def _is_computed(over: Mapping[str, object]) -> bool:
    return any(isinstance(value, Ref | Transform) for value in over.values())


def _references(call: PythonCall) -> Iterator[tuple[str, Path, Ref]]:
    """
    Yield the outputs in the arguments that are not written into texts, with their parameters.
    """
    signature = signature_of(call.function)
    if signature is None:
        return
    try:
        bound = signature.bind_partial(*call.args, **call.kwargs).arguments
    except TypeError:
        return
    for name, value in bound.items():
        for path, leaf in walk(value, lambda leaf: isinstance(leaf, Ref | Text | ItemRef)):
            if isinstance(leaf, Ref):
                # The annotation of `*args` and `**kwargs` is that of one argument.
                yield name, path[1:] if signature.parameters[name].kind in _SEVERAL else path, leaf


def _skipped_when(outcomes: Outcomes, giver: int, taker: int) -> str | None:
    """
    Return when the task *giver* is skipped although *taker* runs, as the beginning of a sentence.
    """
    for number, chooser in outcomes.choosers.items():
        branch = outcomes.tasks[number].task_id
        cases: list[tuple[str, Worlds]] = [
            (f"If {chooser.name}() of {branch!r} returns {key!r}", outcomes.when(number, key))
            for key in chooser.keys
        ]
        if not chooser.keys:
            stopped = worlds_with(number, [STOPS], outcomes.domains)
            cases = [(f"If {branch!r} stops", outcomes.both(stopped, outcomes.worlds[number]))]
        for reason, when in cases:
            skips = outcomes.both(outcomes.worlds[giver], when) == NONE
            if skips and outcomes.both(outcomes.worlds[taker], when) != NONE:
                return reason
    return None
