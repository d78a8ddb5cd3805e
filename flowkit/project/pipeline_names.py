"""
Names that pipelines have for each other: misspelt ones, and pipelines that start each other in a ring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from flowkit.base.call_site import SourceLocation
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean, misspelling
from flowkit.model.calls import AssetCall, Call, EachCall, NativeCall, OperatorCall, PythonCall, inner_call
from flowkit.model.collection import Item
from flowkit.model.pipeline import PipelineSpec, TaskSpec
from flowkit.project.findings import CheckedFile, PipelineNames, Reference
from flowkit.resolve.cycles import cycles

_PIPELINES: Final = ("trigger_dag_id", "external_dag_id")
_TASKS: Final = ("external_task_id", "external_task_ids", "external_task_group_id")
_CHOOSING: Final = ("branch", "short_circuit", "shortcircuit", "latestonly")
_AFTER_FAILURE: Final = frozenset({"one_failed", "all_failed", "all_skipped"})


def names_in(items: Sequence[Item]) -> tuple[PipelineNames, ...]:
    """
    Return the names that the pipelines of a file have, and those that they use.
    """
    return tuple(_names_of_item(item, item.dag_id) for item in items if item.dag_id is not None)


def _names_of_item(item: Item, dag_id: str) -> PipelineNames:
    if isinstance(item, PipelineSpec):
        try:
            return _names(item)
        except BaseException as error:  # an argument of any class may raise anything when it is read
            if is_interruption(error):
                raise
    return PipelineNames(dag_id, item.location or SourceLocation("", 0))


def _names(spec: PipelineSpec) -> PipelineNames:
    references: list[Reference] = []
    produced: list[str] = []
    conditional: frozenset[str] | None = None
    for task in spec.tasks:
        call = task.action
        outlets = task.own_options.get("outlets", task.inherited_options.get("outlets"))
        is_asset = isinstance(call, AssetCall)
        if not is_asset and outlets is None and not isinstance(inner_call(call), OperatorCall):
            continue
        found = list(_references(task, call))
        if not found and outlets is None and not is_asset:
            continue
        if conditional is None:
            conditional = _conditional(spec)
        is_conditional = task.task_id in conditional
        references += [attrs.evolve(one, is_conditional=is_conditional) for one in found]
        if not is_conditional:
            produced += [call.asset] if isinstance(call, AssetCall) else _asset_names(outlets)
    waits = _starting_assets(spec.settings.get("schedule"))
    # Which tasks the function of `native` makes is known only to Airflow.
    is_open = any(isinstance(task.action, NativeCall) for task in spec.tasks)
    ids = (
        ()
        if is_open
        else tuple(node.task_id if isinstance(node, TaskSpec) else node.group_id for node in spec.nodes)
    )
    return PipelineNames(spec.dag_id, spec.location, ids, tuple(references), tuple(produced), waits)


def _references(task: TaskSpec, call: Call | None) -> Iterator[Reference]:
    operator = inner_call(call)
    if not isinstance(operator, OperatorCall):
        return
    mapped = call.mapped if isinstance(call, EachCall) and not call.by_set else {}
    pipelines = {name: _texts(operator.kwargs.get(name, mapped.get(name))) for name in _PIPELINES}
    for argument, names in pipelines.items():
        for name in names:
            yield Reference(task.task_id, operator.name, argument, name, None, operator.location)
    others = pipelines["external_dag_id"]
    for argument in _TASKS if len(others) == 1 else ():
        for name in _texts(operator.kwargs.get(argument, mapped.get(argument))):
            yield Reference(task.task_id, operator.name, argument, name, others[0], operator.location)


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
    # Which name a template becomes is known at run time only.
    return sorted(text for text in values if isinstance(text, str) and text and "{" not in text)


def _conditional(spec: PipelineSpec) -> frozenset[str]:
    """
    Return the tasks that do not run each time: those after a branch or a short circuit, and those after failures.
    """
    below: dict[str, list[str]] = {}
    waiting: list[str] = []
    for task in spec.tasks:
        for upstream in task.upstream:
            below.setdefault(upstream, []).append(task.task_id)
        rule = task.own_options.get("trigger_rule", task.inherited_options.get("trigger_rule"))
        if str(getattr(rule, "value", rule)) in _AFTER_FAILURE or _chooses(task.action):
            waiting.append(task.task_id)
    found = set(waiting)
    while waiting:
        for task_id in below.get(waiting.pop(), ()):
            if task_id not in found:
                found.add(task_id)
                waiting.append(task_id)
    return frozenset(found)


def _chooses(call: Call | None) -> bool:
    inner = inner_call(call)
    if isinstance(inner, PythonCall):
        name = inner.decorator.name if inner.decorator is not None else ""
        return inner.routes is not None or any(word in name for word in _CHOOSING)
    return isinstance(inner, OperatorCall) and any(word in inner.name.lower() for word in _CHOOSING)


def _asset_names(value: object) -> list[str]:
    assets = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
    names = (getattr(asset, "name", None) for asset in assets)
    return sorted(name for name in names if isinstance(name, str))


def _starting_assets(schedule: Any) -> tuple[str, ...]:
    """
    Return the assets each of which alone starts a run.
    """
    condition = getattr(schedule, "asset_condition", schedule)
    if type(condition).__name__ == "AssetAny":
        return tuple(_asset_names(list(getattr(condition, "objects", ()))))
    if isinstance(condition, (list, tuple)) and len(condition) != 1:
        return ()
    return tuple(_asset_names(condition)) if not isinstance(condition, str) else ()


def name_problems(checked: Iterable[CheckedFile], is_complete: Callable[[], bool]) -> Iterator[Problem]:
    """
    Yield the names that are probably misspelt, and the pipelines that start each other in a ring.

    Args:
        checked: The files.

        is_complete: Returns whether these are all files of the project: otherwise a pipeline may be in another one.
    """
    pipelines = [names for file in checked for names in file.names]
    known = {names.dag_id: names for names in pipelines}
    complete: bool | None = None
    for names in pipelines:
        for reference in names.references:
            if reference.pipeline is not None:
                yield from _unknown_task(names, reference, known.get(reference.pipeline))
                continue
            match = None if reference.name in known else misspelling(reference.name, known)
            if match is None:
                continue
            complete = is_complete() if complete is None else complete
            if complete:
                message = (
                    f"{_user(reference)}: {reference.argument} names the pipeline {reference.name!r}, which is not "
                    f"in this project, while {match!r} is."
                )
                hint = f"Did you mean {match!r}?"
                yield Problem("FK521", message, hint, reference.location, names.dag_id)
    yield from _rings(pipelines)


def _user(reference: Reference) -> str:
    return f"{reference.operator} of task {reference.task_id!r}"


def _unknown_task(
    names: PipelineNames, reference: Reference, other: PipelineNames | None
) -> Iterator[Problem]:
    if other is None or not other.ids or reference.name in other.ids:
        return
    last = reference.name.rpartition(".")[2]
    inside = [task_id for task_id in other.ids if task_id.rpartition(".")[2] == last]
    hint = (
        f"Did you mean {inside[0]!r}? Airflow's ids of tasks begin with those of their groups."
        if inside
        else did_you_mean(reference.name, other.ids, otherwise="Name one of its tasks.")
    )
    message = (
        f"{_user(reference)}: {reference.argument} names {reference.name!r}, which the pipeline {other.dag_id!r} "
        "does not have."
    )
    yield Problem("FK521", message, hint, reference.location, names.dag_id)


def _rings(pipelines: Sequence[PipelineNames]) -> Iterator[Problem]:
    numbers = {names.dag_id: number for number, names in enumerate(pipelines)}
    upstream: list[set[int]] = [set() for _ in pipelines]
    downstream: list[set[int]] = [set() for _ in pipelines]
    for number, other in _starts(pipelines, numbers):
        downstream[number].add(other)
        upstream[other].add(number)
    for ring in cycles(upstream, downstream):
        ids = [pipelines[number].dag_id for number in ring]
        first = pipelines[ring[0]]
        if len(ring) == 2:
            message = f"The pipeline {first.dag_id!r} starts itself in each of its runs, so it never stops."
        else:
            message = f"Pipelines start each other in a ring, which never stops: {' → '.join(ids)}."
        hint = "Remove one of these triggers, or put a branch or a short circuit before it."
        yield Problem("FK522", message, hint, first.location, first.dag_id)


def _starts(pipelines: Sequence[PipelineNames], numbers: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """
    Yield which pipeline starts which, each time that it runs.
    """
    waiting: dict[str, list[int]] = {}
    for number, names in enumerate(pipelines):
        for asset in names.starting_assets:
            waiting.setdefault(asset, []).append(number)
    for number, names in enumerate(pipelines):
        for reference in names.references:
            is_start = reference.argument == "trigger_dag_id" and not reference.is_conditional
            if is_start and reference.name in numbers:
                yield number, numbers[reference.name]
        for asset in names.produced_assets:
            for other in waiting.get(asset, ()):
                yield number, other
