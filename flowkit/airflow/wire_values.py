"""
Values that Airflow's processor certainly can store and send, by their exact types.

A table has a check for each type that is known; what is in no table is not certain, and is tried out. Nothing here
calls code of the user's: a subclass of `str` or `dict` is not `str` or `dict`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from math import isfinite
from pathlib import PosixPath, PurePosixPath
from types import BuiltinFunctionType, FunctionType, NoneType
from typing import Any, Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from airflow.sdk import Asset, AssetAlias, AssetAll, AssetAny, Param, TriggerRule, WeightRule
from airflow.sdk.definitions._internal.expandinput import (
    DictOfListsExpandInput,
    ListOfDictsExpandInput,
    MappedArgument,
)
from airflow.sdk.definitions._internal.types import ArgNotSet, SetDuringExecution
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.definitions.xcom_arg import PlainXComArg
from pendulum import DateTime
from pendulum.tz.timezone import FixedTimezone, Timezone

from flowkit.airflow.arguments import CanonicalValue, ParamsOf

_MIN_INT: Final = -(2**63)
_MAX_INT: Final = 2**64 - 1
_MAX_DEPTH: Final = 20
_MAX_DAYS: Final = 10**6
_YEARS: Final = range(1000, 9000)

Check: TypeAlias = Callable[[Any, int], bool]
Checks: TypeAlias = Mapping[type, "Check | None"]
"""By exact type: the check of a value at a depth; `None` if every value of the type is certain."""


def is_text(value: str) -> bool:
    """
    Return whether an exact string can be encoded and stored.
    """
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
    return "\0" not in value


def certain(value: Any, checks: Checks, depth: int = 0) -> bool:
    """
    Return whether *value* is certain to be stored, by a table of checks.
    """
    try:
        check = checks[type(value)]
    except KeyError:
        return False
    return check is None or check(value, depth)


def _text(value: str, _depth: int) -> bool:
    return ("\0" not in value) if value.isascii() else is_text(value)


def _integer(value: int, _depth: int) -> bool:
    return _MIN_INT <= value <= _MAX_INT


def _real(value: float, _depth: int) -> bool:
    return isfinite(value)


def _span(value: timedelta, _depth: int) -> bool:
    return -_MAX_DAYS < value.days < _MAX_DAYS


def _moment(value: datetime, _depth: int) -> bool:
    return value.year in _YEARS and certain(value.tzinfo, ZONES)


def _clock(value: time, _depth: int) -> bool:
    return certain(value.tzinfo, ZONES)


@functools.lru_cache(maxsize=256)
def _is_zone(name: str) -> bool:
    # Airflow reads a time zone back by its name, and one from a file may have any.
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _named_zone(value: Any, _depth: int) -> bool:
    name = value.key
    return type(name) is str and _is_zone(name)


def _zone_name(value: str, _depth: int) -> bool:
    return _is_zone(value)


def _items(checks: str) -> Check:
    def check(value: Any, depth: int) -> bool:
        table = _TABLES[checks]
        return depth < _MAX_DEPTH and all(certain(item, table, depth + 1) for item in value)

    return check


def _mapping(checks: str) -> Check:
    def check(value: dict[Any, Any], depth: int) -> bool:
        table = _TABLES[checks]
        return depth < _MAX_DEPTH and all(
            type(key) is str and is_text(key) and certain(item, table, depth + 1)
            for key, item in value.items()
        )

    return check


def _output(value: Any, _depth: int) -> bool:
    key, task_id = value.key, value.operator.task_id
    return type(key) is str and is_text(key) and type(task_id) is str


def _mapped_argument(value: Any, depth: int) -> bool:
    return expand_input(value._input, depth) and type(value._key) is str


def expand_input(value: Any, depth: int = 0) -> bool:
    """
    Return whether what a mapped operator or group is expanded over is certain to be stored.
    """
    known = type(value) in {DictOfListsExpandInput, ListOfDictsExpandInput}
    return known and certain(value.value, VALUES, depth)


def function_name(value: Any, _depth: int) -> bool:
    """
    Return whether the name of a function is certain to be stored.
    """
    names = (value.__module__, value.__qualname__)
    return all(type(name) is str and is_text(name) for name in names)


def _written(value: Any, _depth: int) -> bool:
    return is_text(str(value))


def _canonical(value: Any, depth: int) -> bool:
    # What it writes is computed from values of the user's, so it is computed here too.
    return depth < _MAX_DEPTH and certain(value.serialize(), TEMPLATES, depth + 1)


def _asset(value: Any, _depth: int) -> bool:
    texts = (value.name, value.uri, value.group)
    return (
        all(type(text) is str and is_text(text) for text in texts)
        and value.uri.isascii()  # the database takes no others
        and certain(value.extra, RAW)
        and value.watchers == []
        and _is_open(getattr(value, "access_control", None))
    )


def _is_open(access: Any) -> bool:
    return access is None or (
        access.producer_teams == [] and access.consumer_teams is None and access.allow_global is True
    )


def _asset_alias(value: Any, _depth: int) -> bool:
    return all(type(text) is str and is_text(text) for text in (value.name, value.group))


def _assets(value: Any, depth: int) -> bool:
    return depth < _MAX_DEPTH and all(certain(item, ASSETS, depth + 1) for item in value.objects)


def param(value: Any, depth: int = 0) -> bool:
    """
    Return whether a param is certain to be stored.
    """
    parts = (value.value, value.description, value.schema, getattr(value, "source", None))
    return all(certain(part, VALUES, depth + 1) for part in parts)


def _params(value: Any, depth: int) -> bool:
    # By its items, Airflow would check the values again.
    return all(
        type(key) is str
        and is_text(key)
        and type(value.get_param(key)) is Param
        and param(value.get_param(key), depth)
        for key in value
    )


@functools.lru_cache(maxsize=256)
def _has_source(function: FunctionType) -> bool:
    # Airflow writes the source of callbacks among the defaults.
    try:
        return is_text(inspect.getsource(function))
    except Exception:  # noqa: BLE001 - there is none, or it cannot be read
        return False


def _callback(value: FunctionType, _depth: int) -> bool:
    return _has_source(value)


ZONES: Final[Checks] = {
    NoneType: None,
    timezone: None,
    FixedTimezone: None,
    Timezone: _named_zone,
    ZoneInfo: _named_zone,
    str: _zone_name,
}
_SCALARS: Final[Checks] = {NoneType: None, bool: None, str: _text, int: _integer, float: _real}
_TIMES: Final[Checks] = {datetime: _moment, DateTime: _moment, timedelta: _span}

RAW: Final[Checks] = {**_SCALARS, list: _items("raw"), dict: _mapping("raw")}
"""What is sent as it is."""

ASSETS: Final[Checks] = {
    Asset: _asset,
    AssetAlias: _asset_alias,
    AssetAll: _assets,
    AssetAny: _assets,
}

_WRITTEN: Final[Checks] = {
    date: None,
    time: _clock,
    bytes: None,
    Decimal: None,
    UUID: None,
    PosixPath: _written,
    PurePosixPath: _written,
}
"""Python's own objects that Airflow writes as their text."""

VALUES: Final[Checks] = {
    **_SCALARS,
    **_TIMES,
    **_WRITTEN,
    **ASSETS,
    TriggerRule: None,
    WeightRule: None,
    ArgNotSet: None,
    Timezone: _named_zone,
    FixedTimezone: None,
    list: _items("values"),
    tuple: _items("values"),
    set: _items("scalars"),
    dict: _mapping("values"),
    PlainXComArg: _output,
    MappedArgument: _mapped_argument,
    CanonicalValue: _written,
    ParamsOf: _written,
}
"""What Airflow's own serialization writes: fields of operators and DAGs, and what mapped ones are expanded over."""

TEMPLATES: Final[Checks] = {
    **_SCALARS,
    **_TIMES,
    **_WRITTEN,
    FunctionType: function_name,
    BuiltinFunctionType: function_name,
    list: _items("templates"),
    tuple: _items("templates"),
    set: _items("templates"),
    frozenset: _items("templates"),
    dict: _mapping("templates"),
    PlainXComArg: _output,
    MappedArgument: _mapped_argument,
    ArgNotSet: None,
    SetDuringExecution: None,
    CanonicalValue: _canonical,
    ParamsOf: _canonical,
}
"""What may be in a template field: what Airflow does not know is written as its text."""

DEFAULTS: Final[Checks] = {**VALUES, FunctionType: _callback, dict: _mapping("defaults")}
"""What may be among the default arguments."""

PARAMS: Final[Checks] = {NoneType: None, ParamsDict: _params, dict: _mapping("raw")}

_TABLES: Final[dict[str, Checks]] = {
    "raw": RAW,
    "scalars": _SCALARS,
    "values": VALUES,
    "defaults": DEFAULTS,
    "templates": TEMPLATES,
}
