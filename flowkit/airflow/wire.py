"""
Whether Airflow's processor can store and send a DAG.

The process that parses a file sends all its DAGs in one message. A single value that cannot be encoded, or not be read
back, loses every DAG of the file. To try a DAG out takes as long as storing it, so a glance at the exact types of what
Airflow will write decides which of them need it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from types import NoneType
from typing import Any, Final

from airflow.sdk import DAG, TaskGroup
from airflow.sdk.definitions.taskgroup import MappedTaskGroup

from flowkit.airflow.compat import as_received, assets_of, dag_serializer, next_run_of, sent_and_received
from flowkit.airflow.register_problems import rejected_by_airflow
from flowkit.airflow.wire_operators import Plan, checks_by_field, fits, is_certain_operator
from flowkit.airflow.wire_values import (
    ASSETS,
    DEFAULTS,
    PARAMS,
    RAW,
    VALUES,
    ZONES,
    Checks,
    certain,
    expand_input,
    is_text,
)
from flowkit.base.call_site import SourceLocation
from flowkit.base.interruption import is_interruption
from flowkit.base.printable import one_line
from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec

_TIMETABLE_MODULES: Final = ("airflow.timetables.", "airflow.sdk.definitions.timetables.")
_TIMETABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "NullTimetable": (),
    "OnceTimetable": (),
    "ContinuousTimetable": (),
    "PartitionedAtRuntime": (),
    "CronDataIntervalTimetable": ("expression", "timezone"),
    "CronTriggerTimetable": ("expression", "timezone", "interval", "run_immediately"),
    "DeltaDataIntervalTimetable": ("delta",),
    "DeltaTriggerTimetable": ("delta", "interval"),
    "MultipleCronTriggerTimetable": ("timetables",),
    "AssetTriggeredTimetable": ("asset_condition",),
    "AssetOrTimeSchedule": ("asset_condition", "timetable"),
}
"""Airflow's own timetables that are read back by their attributes, and these."""

_SEPARATELY: Final = frozenset({"allowed_run_types", "deadline", "edge_info", "task_group", "timetable"})
_MAX_OWNERS_CHARS: Final = 2_000
_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def is_certain(dag: DAG) -> bool:
    """
    Return whether Airflow can certainly store *dag*, send it and read it back; if not, it has to be tried.
    """
    try:
        return (
            type(dag) is DAG
            and fits(dag, _dag_plan())
            and not dag.deadline
            and not getattr(dag, "allowed_run_types", None)
            and _is_certain_timetable(dag.timetable)
            and certain(dag.edge_info, RAW)
            and _is_certain_group(dag.task_group)
            and all(is_certain_operator(operator) for operator in dag.task_dict.values())
            and _owners_chars(dag) <= _MAX_OWNERS_CHARS
        )
    except BaseException as error:
        if is_interruption(error):
            raise
        return False


def _owners_chars(dag: DAG) -> int:
    owners = {operator.owner for operator in dag.task_dict.values()}
    return sum(map(len, owners)) + 2 * len(owners)


def problems_when_tried(dag: DAG, spec: PipelineSpec) -> list[Problem]:
    """
    Store *dag* as Airflow does, send it and read it back, and return the problems; each names its task if one has it.
    """
    error = _attempt(lambda: _round_trip(dag_serializer().to_dict(dag)))
    if error is None:
        return []
    from flowkit.airflow.native import locations_by_task  # only a few pipelines need it

    locations = locations_by_task(spec, dag)
    problems = []
    for task_id, operator in dag.task_dict.items():
        task_error = _attempt(partial(_try_operator, operator))
        if task_error is not None:
            problems.append(_problem(task_error, f"task {task_id!r}", locations[task_id], spec.dag_id))
    return problems or [_problem(error, "the pipeline", spec.location, spec.dag_id)]


@cache
def _dag_plan() -> Plan:
    dag: Any = DAG
    checks: dict[str, Checks] = {
        **checks_by_field("dag"),
        "default_args": {dict: DEFAULTS[dict]},
        "params": PARAMS,
    }
    names = {*dag.get_serialized_fields(), "params"} - _SEPARATELY
    return tuple((name, checks.get(name, VALUES)) for name in sorted(names))


_TEXTS: Final[Checks] = {NoneType: None, str: VALUES[str]}
_IDS: Final[Checks] = {set: VALUES[set]}
_GROUP_PLAN: Final[Plan] = (
    *(
        (name, _TEXTS)
        for name in ("_group_id", "doc_md", "group_display_name", "tooltip", "ui_color", "ui_fgcolor")
    ),
    ("prefix_group_id", {bool: None}),
    *((f"{side}_{kind}_ids", _IDS) for side in ("upstream", "downstream") for kind in ("group", "task")),
)


def _is_certain_group(group: Any) -> bool:
    kind = type(group)
    if kind is MappedTaskGroup:
        if not expand_input(group._expand_input):
            return False
    elif kind is not TaskGroup:
        return False
    # Operators are looked at with the DAG.
    groups = [child for child in group.children.values() if isinstance(child, TaskGroup)]
    return (
        fits(group, _GROUP_PLAN)
        and all(type(label) is str and is_text(label) for label in group.children)
        and all(_is_certain_group(child) for child in groups)
    )


def _is_certain_timetable(timetable: Any) -> bool:
    kind = type(timetable)
    attributes = _TIMETABLES.get(kind.__name__)
    if attributes is None or not kind.__module__.startswith(_TIMETABLE_MODULES):
        return False
    # A module of the user's may be called so, too, and Airflow could not import the class from there.
    if vars(sys.modules[kind.__module__]).get(kind.__name__) is not kind:
        return False
    return all(_is_certain_part(name, _attribute(timetable, name)) for name in attributes)


def _attribute(timetable: Any, name: str) -> Any:
    # Airflow's own attributes are private in 3.1.
    return getattr(timetable, name) if hasattr(timetable, name) else getattr(timetable, f"_{name}")


def _is_certain_part(name: str, value: Any) -> bool:
    if name == "timetable":
        return _is_certain_timetable(value)
    if name == "timetables":
        return type(value) in {list, tuple} and all(_is_certain_timetable(item) for item in value)
    if name == "timezone":
        return certain(value, ZONES)
    return certain(value, ASSETS if name == "asset_condition" else VALUES)


def _attempt(action: Callable[[], object]) -> BaseException | None:
    try:
        action()
    except BaseException as error:
        if is_interruption(error):
            raise
        return error
    return None


def _round_trip(data: Any) -> None:
    serializer = dag_serializer()
    _check_json(data)
    received = sent_and_received(data)
    next_run_of(serializer.from_dict(received))
    _check_columns(as_received(received))


def _check_columns(dag: Any) -> None:
    """
    Compute what Airflow's processor writes into columns of its own, beside the serialized form of *dag*.

    Raises:
        ValueError: If a column is too short, or takes no such text.
    """
    timetable = dag.timetable
    one_line(f"{timetable.summary} {timetable.description}")
    timetable.asset_condition.as_expression()
    for asset in assets_of(dag):
        if not asset.uri.isascii():
            msg = "it has an asset whose URI, which by default is its name, is not ASCII, and Airflow stores no other"
            raise ValueError(msg)
    owners = len(dag.owner)
    if owners > _MAX_OWNERS_CHARS:
        msg = f"the names of its owners have {owners} characters together, and Airflow stores {_MAX_OWNERS_CHARS}"
        raise ValueError(msg)


def _try_operator(operator: Any) -> None:
    serializer = dag_serializer()
    data = {"dag": serializer.serialize(operator)}
    _check_json(data)
    received = serializer.deserialize(sent_and_received(data)["dag"])
    for name in ("start_date", "end_date"):
        value = getattr(received, name, None)
        if value is not None and not isinstance(value, datetime):
            msg = f"its {name} is a {type(value).__name__}, not a datetime"
            raise TypeError(msg)


def _check_json(data: Any) -> None:
    """
    Check that the database can store *data*.

    Raises:
        ValueError: If it contains NaN, an infinite number, or a NUL character, which PostgreSQL cannot store.
    """
    text = json.dumps(data, allow_nan=False, sort_keys=True)
    if _NUL.search(text):
        msg = "it contains a NUL character, which PostgreSQL cannot store"
        raise ValueError(msg)


def _problem(error: BaseException, what: str, location: SourceLocation, dag_id: str) -> Problem:
    # Airflow wraps what it fails with.
    cause = error.__cause__
    while cause is not None and cause.__cause__ is not None:
        cause = cause.__cause__
    return rejected_by_airflow(error, what, location, dag_id, cause=cause)
