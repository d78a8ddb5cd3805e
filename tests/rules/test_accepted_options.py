"""
flowkit accepts every value of an option that the annotations of Airflow's constructors allow, and Airflow accepts.
"""

from __future__ import annotations

import inspect
import os
import typing
from collections import UserList, deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from types import MappingProxyType, NoneType, UnionType
from typing import Any

import attrs
import pytest

from flowkit.base.problems import Problem
from flowkit.rules.option_rules import checked_group_settings, checked_options, checked_settings


def _callback(context: Any) -> None:
    """Do nothing."""


SAMPLES: Mapping[str, Any] = {
    "None": None,
    "True": True,
    "False": False,
    "0": 0,
    "1": 1,
    "2": 2,
    "-1": -1,
    "2.5": 2.5,
    "text": "x",
    "empty text": "",
    "path": "/x",
    "hour": timedelta(hours=1),
    "no time": timedelta(0),
    "less than no time": timedelta(-1),
    "date": datetime(2026, 1, 1, tzinfo=timezone.utc),
    "list": ["a"],
    "empty list": [],
    "tuple": ("a",),
    "set": {"a"},
    "frozenset": frozenset({"a"}),
    "deque": deque(["a"]),
    "keys": {"a": 1}.keys(),
    "dict": {"a": 1},
    "empty dict": {},
    "dict of texts": {"a": "b"},
    "read-only dict": MappingProxyType({"a": 1}),
    "function": _callback,
    "functions": [_callback],
    "tuple of functions": (_callback,),
    "set of functions": {_callback},
    "deque of functions": deque([_callback]),
    "values": {"a": _callback}.values(),
    "class": UserList,
}
"""Values to try with every option."""

_NUMBER = "Airflow takes it, and the task or the pipeline would never run"
_NO_TIME = "Airflow takes it, and fails the task at once, or never"
_NEGATIVE = "Airflow takes it, and ignores it or fails later"
_NOT_FUNCTIONS = "a collection of something else, which happens to be empty"
REFUSED: Mapping[tuple[str, str], str] = {
    **{
        (name, number): _NUMBER
        for name in (
            "max_active_tis_per_dag",
            "max_active_tis_per_dagrun",
            "max_active_tasks",
            "max_active_runs",
        )
        for number in ("0", "-1")
    },
    ("max_consecutive_failed_dag_runs", "-1"): _NEGATIVE,
    ("retries", "-1"): _NEGATIVE,
    ("retry_delay", "-1"): _NEGATIVE,
    ("retry_delay", "less than no time"): _NEGATIVE,
    ("retry_exponential_backoff", "-1"): _NEGATIVE,
    ("max_retry_delay", "-1"): _NEGATIVE,
    ("max_retry_delay", "less than no time"): _NEGATIVE,
    **{
        (name, time): _NO_TIME
        for name in ("execution_timeout", "dagrun_timeout")
        for time in ("no time", "less than no time")
    },
    **{("sla", time): "removed from Airflow" for time in ("hour", "no time", "less than no time")},
    ("email", "deque"): "Airflow would store its repr",
    **{
        (f"on_{event}_callback", empty): _NOT_FUNCTIONS
        for event in ("execute", "failure", "success", "retry", "skipped")
        for empty in ("empty text", "empty dict")
    },
    ("tags", "text"): "one tag per letter",
    ("tags", "path"): "one tag per letter",
    ("tags", "empty text"): "one tag per letter",
    ("template_undefined", "class"): "not a class of Jinja's",
}
"""By option and sample: why flowkit refuses what Airflow accepts."""


def _admits(annotation: Any, value: Any) -> bool:
    """
    Return whether *value* has the type *annotation*; a bool is not a number.
    """
    if annotation is None or annotation is NoneType:
        return value is None
    if annotation is Any:
        return True
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin in (typing.Union, UnionType):
        return any(_admits(part, value) for part in arguments)
    if origin is typing.Annotated:
        return _admits(arguments[0], value)
    if origin is Callable or annotation is Callable or origin is type:
        return callable(value) and (origin is type) is isinstance(value, type)
    if origin is not None:
        return (
            isinstance(origin, type) and isinstance(value, origin) and _admits_items(origin, arguments, value)
        )
    if annotation is float:
        return type(value) in (int, float)
    if annotation in (int, bool):
        return type(value) is annotation
    return isinstance(annotation, type) and isinstance(value, annotation)


def _admits_items(origin: type, arguments: tuple[Any, ...], value: Any) -> bool:
    if issubclass(origin, Mapping):
        return all(_admits(arguments[0], key) and _admits(arguments[1], item) for key, item in value.items())
    return all(_admits(arguments[0], item) for item in value)


class _Unknown(dict[str, Any]):
    """
    The names that annotations use: what is only imported for type checkers is a class that nothing is an instance of.
    """

    def __missing__(self, name: str) -> Any:
        import builtins

        return getattr(builtins, name, type(name, (), {}))


def _parameters(function: Any, module: Any) -> Mapping[str, Any]:
    names = _Unknown({**vars(typing), **vars(module), "Callable": Callable})
    names.update(
        TaskStateChangeCallback=Callable, DagStateChangeCallback=Callable, TaskPreExecuteHook=Callable
    )
    names.update(TaskPostExecuteHook=Callable)
    found: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        annotation = parameter.annotation
        found[name] = eval(annotation, names) if isinstance(annotation, str) else annotation  # noqa: S307
    return found


def _refusals(
    annotations: Mapping[str, Any], make: Callable[..., object], check: Callable[..., dict[str, Any]]
) -> tuple[list[tuple[str, str]], int]:
    refused: list[tuple[str, str]] = []
    tried = 0
    for option, annotation in annotations.items():
        for sample, value in SAMPLES.items():
            if not _admits(annotation, value):
                continue
            try:
                make(**{option: value})
            except (TypeError, ValueError, AttributeError):
                continue
            tried += 1
            problems: list[Problem] = []
            check({option: value}, call="task('x')", problems=problems)
            if problems:
                refused.append((option, sample))
    return refused, tried


@pytest.mark.filterwarnings("ignore")
def test_options_of_tasks() -> None:
    """What the annotations of `BaseOperator` allow is accepted."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk import BaseOperator
    from airflow.sdk.bases import operator

    own = {"self", "task_id", "dag", "task_group", "default_args", "kwargs", "weight_rule", "retry_policy"}
    annotations = {
        name: annotation
        for name, annotation in _parameters(BaseOperator.__init__, operator).items()
        if name not in own | {"inlets", "outlets"}  # Any: Airflow drops what is not an asset
    }
    annotations["retry_exponential_backoff"] = float | bool

    refused, tried = _refusals(
        annotations, lambda **options: BaseOperator(task_id="x", **options), checked_options
    )

    assert tried > 100
    assert [pair for pair in refused if pair not in REFUSED] == []


@pytest.mark.filterwarnings("ignore")
def test_settings_of_pipelines_and_groups() -> None:
    """What the annotations of `DAG` and `TaskGroup` allow is accepted."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk import DAG, TaskGroup
    from airflow.sdk.definitions import dag, taskgroup

    own = {"dag_id", "schedule", "default_args", "auto_register", "task_group", "params", "deadline"}
    settings = _field_types(DAG, dag, own | {"allowed_run_types", "access_control"})
    groups = _field_types(TaskGroup, taskgroup, {"group_id", "parent_group", "dag", "default_args"})
    groups.pop("add_suffix_on_collision")

    refused, tried = _refusals(settings, lambda **given: DAG("x", **given), checked_settings)
    others, more = _refusals(
        groups, lambda **given: TaskGroup("x", dag=DAG("d"), **given), checked_group_settings
    )

    assert tried > 60
    assert more > 8
    assert [pair for pair in (*refused, *others) if pair not in REFUSED] == []


def _field_types(cls: Any, module: Any, own: set[str]) -> dict[str, Any]:
    names = _Unknown(
        {**vars(typing), **vars(module), "Callable": Callable, "DagStateChangeCallback": Callable}
    )
    return {
        field.alias: eval(field.type, names) if isinstance(field.type, str) else field.type  # noqa: S307
        for field in attrs.fields(cls)
        if field.init and field.alias not in own
    }


def test_every_refusal_is_tried() -> None:
    """The table names samples that exist."""
    assert {sample for _, sample in REFUSED} <= SAMPLES.keys()
