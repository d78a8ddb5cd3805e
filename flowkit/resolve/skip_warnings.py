"""
Warnings about what branches and short circuits skip: outputs that others take, and setups that others need.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from flowkit.base.problems import Problem
from flowkit.model.calls import PythonCall, Ref
from flowkit.model.pipeline import PipelineSpec, TaskSpec
from flowkit.resolve.branch_rules import keys_to_skipped
from flowkit.resolve.choosers import STOPS, may_choose
from flowkit.resolve.outcomes import Outcomes
from flowkit.resolve.worlds import NONE, Worlds, worlds_with
from flowkit.rules.signatures import signature_of

_MATTERS_NOT: Final = (Any, object, None)


def skip_warnings(spec: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the outputs that may be missing where a function needs them, and the setups that a branch skips.
    """
    if not any(may_choose(task.action) for task in spec.tasks):
        return
    outcomes = Outcomes(spec)
    for number, task in enumerate(outcomes.tasks):
        if task.uses and outcomes.rules[number] != "all_success" and isinstance(task.action, PythonCall):
            yield from _missing_outputs(outcomes, number, task, task.action, spec.dag_id)
    yield from _skipped_setups(outcomes, spec.dag_id)


def _missing_outputs(
    outcomes: Outcomes, number: int, task: TaskSpec, call: PythonCall, dag_id: str
) -> Iterator[Problem]:
    for name, ref in _outputs(call):
        producer = outcomes.numbers[ref.task_id]
        reason = _skipped_when(outcomes, producer, number)
        if reason is None or _accepts_none(call.function, name):
            continue
        message = (
            f"Task {task.task_id!r} gives the output of {ref.task_id!r} to {name!r} of {call.name}(), which does not "
            f"take None. {reason}, {ref.task_id!r} is skipped and {call.name}() gets None."
        )
        hint = f"Annotate {name!r} with `… | None`, and handle None in {call.name}()."
        yield Problem("FK220", message, hint, call.location, dag_id)


def _skipped_when(outcomes: Outcomes, producer: int, consumer: int) -> str | None:
    """
    Return when the task *producer* is skipped although *consumer* runs, as the beginning of a sentence.
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
            skips = outcomes.both(outcomes.worlds[producer], when) == NONE
            if skips and outcomes.both(outcomes.worlds[consumer], when) != NONE:
                return reason
    return None


def _outputs(call: PythonCall) -> Iterator[tuple[str, Ref]]:
    """
    Yield the outputs that are whole arguments, by the name of the parameter.
    """
    signature = signature_of(call.function)
    if signature is None:
        return
    try:
        bound = signature.bind_partial(*call.args, **call.kwargs).arguments
    except TypeError:
        return
    for name, value in bound.items():
        if isinstance(value, Ref) and signature.parameters[name].kind is not inspect.Parameter.VAR_KEYWORD:
            yield name, value


def _accepts_none(function: Callable[..., Any], name: str) -> bool:
    annotation = getattr(function, "__annotations__", {}).get(name)
    if annotation is None:
        return True  # nothing is known
    stand_in = types.SimpleNamespace(__annotations__={name: annotation})
    try:
        hint = get_type_hints(stand_in, getattr(function, "__globals__", {}))[name]
    except Exception:  # noqa: BLE001 - evaluating an annotation may raise anything; it is then not checked
        return True
    return _includes_none(hint)


def _includes_none(hint: Any) -> bool:
    if get_origin(hint) in (Union, types.UnionType):
        return any(_includes_none(part) for part in get_args(hint))
    kind = get_origin(hint) or hint
    if kind in _MATTERS_NOT or kind is type(None):
        return True
    if not isinstance(kind, type):
        return not _is_known_type(hint)
    try:
        return isinstance(None, kind)
    except TypeError:  # a protocol that cannot be asked at run time
        return True


def _is_known_type(hint: Any) -> bool:
    # Of a `Literal`, all members are known. Type variables may stand for None.
    return str(get_origin(hint)) == "typing.Literal" and None not in get_args(hint)


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
