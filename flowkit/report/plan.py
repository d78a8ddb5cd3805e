"""
Plans: pipelines as JSON that can be stored, compared and drawn.

A plan holds everything that matters to Airflow, and digests of the functions that tasks call. It is the same in every
process and machine. Source locations are kept separately, since moving a line changes nothing. Secrets are hidden.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final, TypeAlias

import attrs

from flowkit.base.airflow_classes import is_airflow_decorated
from flowkit.base.call_site import SourceLocation
from flowkit.base.sensitive import Masking
from flowkit.model.calls import AssetCall, Call, EachCall, NativeCall, OperatorCall, PythonCall
from flowkit.model.pipeline import GroupSpec, PipelineSpec, TaskSpec
from flowkit.report.plan_values import Writer

VERSION: Final = 1
"""The version of the format. Plans of different versions cannot be compared."""

Json: TypeAlias = Any
Plan: TypeAlias = dict[str, Json]
"""One pipeline."""

Document: TypeAlias = dict[str, Json]
"""Several pipelines: `{"flowkit_plan": 1, "pipelines": {dag_id: plan}, "locations": {dag_id: {…}}}`."""


def document_of(specs: Iterable[PipelineSpec], *, root: Path | None = None, masking: Masking) -> Document:
    """
    Return the plans of several pipelines; if two have the same id, the last one wins, as in Airflow.

    Args:
        specs: The pipelines.

        root: The folder of the project, to which paths are relative.

        masking: Decides what is hidden.
    """
    writer = Writer(masking, str(root) if root else None)
    found = list(specs)
    return {
        "flowkit_plan": VERSION,
        "pipelines": {spec.dag_id: plan_of(spec, writer) for spec in found},
        "locations": {spec.dag_id: locations_of(spec, root) for spec in found},
    }


def secrets_of(specs: Iterable[PipelineSpec], masking: Masking) -> frozenset[str]:
    """
    Return the texts that the plans of *specs* hide, to mask them in other output.
    """
    seen: set[str] = set()
    # The key makes it another masking than those before, whose results may be remembered.
    writer = Writer(attrs.evolve(masking, key=token_bytes(), seen=seen))
    for spec in specs:
        plan_of(spec, writer)
    return frozenset(seen)


def merged(documents: Iterable[Document]) -> Document:
    """
    Return the pipelines of several documents as one; of two with the same id, the last one wins.
    """
    result: Document = {"flowkit_plan": VERSION, "pipelines": {}, "locations": {}}
    for document in documents:
        for key in ("pipelines", "locations"):
            result[key] |= document[key]
    return result


def plan_of(spec: PipelineSpec, writer: Writer) -> Plan:
    """
    Return the plan of one pipeline.
    """
    defaults = writer.named(spec.operator_defaults)
    return {
        "settings": writer.named(spec.settings),
        "defaults": writer.named(spec.defaults),
        **({"operator_defaults": defaults} if defaults else {}),
        "groups": {group.group_id: _group(group, writer) for group in spec.groups},
        "tasks": {task.task_id: _task(task, spec, writer) for task in spec.tasks},
        # By their two ends, so that a label is a change of one edge.
        "edges": {
            f"{edge.upstream} >> {edge.downstream}": edge.label and writer.masking.mask(edge.label)
            for edge in spec.edges
        },
    }


def locations_of(spec: PipelineSpec, root: Path | None) -> dict[str, str]:
    """
    Return source locations by task or group id; that of the pipeline itself under `""`.
    """
    nodes = {
        node.group_id if isinstance(node, GroupSpec) else node.task_id: _location(node.location, root)
        for node in spec.nodes
    }
    return {"": _location(spec.location, root), **nodes}


def _location(location: SourceLocation, root: Path | None) -> str:
    # By string comparison, for speed: this runs once for each task of a project.
    above = f"{root}{os.sep}"
    if root is not None and location.file.startswith(above):
        return f"{location.file[len(above) :].replace(os.sep, '/')}:{location.line}"
    return str(location)


def _group(group: GroupSpec, writer: Writer) -> Json:
    return _without_empty(
        {
            "id": group.id,
            "group": group.parent_id,
            "settings": writer.named(group.settings),
            "defaults": writer.named(group.defaults),
            "operator_defaults": writer.named(group.operator_defaults),
            "mapped": None if group.mapped is None else _mapped(group, writer),
        }
    )


def _mapped(group: GroupSpec, writer: Writer) -> Json:
    defaults = {"defaults": writer.named(group.set_defaults)} if group.set_defaults else {}
    return {**writer.named(group.mapped or {}), **defaults}


def _task(task: TaskSpec, spec: PipelineSpec, writer: Writer) -> Json:
    return _without_empty(
        {
            "id": task.id,
            "group": task.group_id,
            "runs": _call(task.action, writer),
            "options": writer.named(task.own_options),
            # By argument: the group that has the value; `None`: the pipeline.
            "inherited": {name: spec.operator_default_source(task, name) for name in task.operator_defaults},
            "multiple_outputs": task.multiple_outputs or None,
            # Their order makes no difference to Airflow.
            "upstream": sorted(task.upstream),
            "role": task.role,
            "on_failure_fail_dagrun": task.on_failure_fail_dagrun,
        }
    )


def _without_empty(values: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value is not None and value not in ({}, [])}


def _call(call: Call | None, writer: Writer) -> Json:
    return None if call is None else CALL_WRITERS[type(call)](call, writer)


def _operator(call: OperatorCall, writer: Writer) -> Json:
    return {"kind": "operator", "operator": writer.value(call.operator), "kwargs": writer.named(call.kwargs)}


def _each(call: EachCall, writer: Writer) -> Json:
    mapped = writer.named(call.mapped)
    over = mapped if call.by_set else {"over": mapped}
    return _without_empty({"kind": "each", "call": _call(call.call, writer), **over})


def _asset(call: AssetCall, writer: Writer) -> Json:
    return {"kind": "asset", "function": writer.value(call.function), "asset": writer.value(call.asset)}


def _python(call: PythonCall, writer: Writer) -> Json:
    decorator = call.decorator and {
        "name": call.decorator.name,
        "kwargs": writer.named(call.decorator.kwargs),
    }
    routes = (
        None
        if call.routes is None
        else {writer.masking.mask(key): list(ids) for key, ids in call.routes.items()}
    )
    return _without_empty(
        {
            "kind": "python",
            "function": writer.value(call.function),
            "args": writer.positional(call.function, call.args),
            "kwargs": writer.named(call.kwargs),
            "decorator": decorator,
            "routes": routes,
            "multiple": call.multiple or None,
        }
    )


def _native(call: NativeCall, writer: Writer) -> Json:
    # What it makes is known only to Airflow.
    return _without_empty(
        {
            "kind": "native",
            **_hand_written(call.function, writer),
            "args": writer.positional(call.function, call.args),
            "kwargs": writer.named(call.kwargs),
        }
    )


def _hand_written(function: Any, writer: Writer) -> dict[str, Json]:
    """
    Return what identifies the function of `native`: of one that Airflow's `@task` or `@task_group` has decorated, also
    what the decorator got, and the method that is called.
    """
    owner: Any = getattr(function, "__self__", None)
    is_method = is_airflow_decorated(owner)
    decorated: Any = owner if is_method else function
    if not is_airflow_decorated(decorated):
        return {"function": writer.value(function)}
    given = [getattr(decorated, name, {}) for name in ("kwargs", "tg_kwargs", "partial_kwargs")]
    return {
        "function": writer.value(decorated.function),
        "method": function.__name__ if is_method else None,
        "settings": writer.named({name: value for values in given for name, value in values.items()}),
    }


CALL_WRITERS: Final[Mapping[type[Any], Callable[[Any, Writer], Json]]] = {
    PythonCall: _python,
    OperatorCall: _operator,
    EachCall: _each,
    AssetCall: _asset,
    NativeCall: _native,
}
"""One function for each kind of call."""
