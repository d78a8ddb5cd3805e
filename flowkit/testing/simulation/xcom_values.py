"""
Values on their way through XCom: what Airflow's `serde` writes as JSON, and what it reads back.

Tuples, sets, dates and decimals keep their type; the keys of mappings become texts; values of other classes are refused
when they are written, or when they are read unless Airflow's configuration allows their class.
"""

from __future__ import annotations

import dataclasses
import json
import math
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import import_module
from re import match
from typing import Any, Final, final
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from flowkit.base.airflow_config import AirflowConfig

_CLASS: Final = "__classname__"
_VERSION: Final = "__version__"
_DATA: Final = "__data__"
_RESERVED: Final = (_CLASS, "__id__")
_MAX_DEPTH: Final = sys.getrecursionlimit() - 1
_PRIMITIVES: Final = (int, bool, float, str)
_INTEGERS: Final = range(-(2**63), 2**63)
_PLAIN: Final = frozenset({str, bool, type(None)})
# Airflow writes these as Parquet: they come back as they are.
_COPIED: Final = frozenset({"pandas.core.frame.DataFrame", "pandas.DataFrame"})


@final
class XComValue:
    """
    One value as it was written.
    """

    __slots__ = ("_copied", "_plain", "_text")

    def __init__(self, value: Any) -> None:
        """
        Write *value*.

        Raises:
            TypeError: If Airflow cannot write values of its class.
            ValueError: If it is not finite.
            AttributeError: If it has a key that Airflow itself uses.
            RecursionError: If it contains itself.
        """
        self._copied: list[Any] = []
        self._plain = value
        self._text: str | None = None
        if not (type(value) in _PLAIN or (type(value) is int and value in _INTEGERS)):
            self._text = json.dumps(_Writer(self._copied).write(value), allow_nan=False)

    def read(self) -> Any:
        """
        Return the value, a new object for each reader.

        Raises:
            ImportError: If Airflow's configuration does not allow to read values of its class.
        """
        if self._text is None:
            return self._plain
        return _Reader(self._copied).read(json.loads(self._text))


@final
class _Writer:
    def __init__(self, copied: list[Any]) -> None:
        self._copied = copied

    def write(self, value: Any, depth: int = 0) -> Any:
        if depth == _MAX_DEPTH:
            msg = "maximum recursion depth reached for serialization"
            raise RecursionError(msg)
        if value is None or type(value) in _PLAIN:
            return value
        if isinstance(value, list):
            return [self.write(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return self._mapping(value, depth)
        return self._other(value, depth)

    def _mapping(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        if any(key in value for key in _RESERVED):
            msg = f"reserved key {_CLASS} or __id__ found in dict to serialize"
            raise AttributeError(msg)
        return {str(key): self.write(item, depth + 1) for key, item in value.items()}

    def _other(self, value: Any, depth: int) -> Any:
        name = "builtins.tuple" if _is_named_tuple(value) else _path(type(value))
        known = _WRITERS.get(name)
        if known is not None:
            return _marked(name, self.write(known(value), depth + 1))
        if name in _COPIED:
            self._copied.append(_copy(value))
            return _marked(name, len(self._copied) - 1)
        if name.startswith("numpy.") and hasattr(value, "item"):
            return self._numpy(value, name)
        if isinstance(value, _PRIMITIVES):
            return _primitive(value)
        return self._of_class(value, name, depth)

    def _numpy(self, value: Any, name: str) -> Any:
        if name == "numpy.ndarray":
            raise _unknown(value)
        return _marked(name, _primitive(value.item()))

    def _of_class(self, value: Any, name: str, depth: int) -> Any:
        if hasattr(value, "model_dump") and hasattr(type(value), "model_validate"):
            return _marked(name, self.write(value.model_dump(mode="json"), depth + 1))
        version = getattr(type(value), "__version__", 0)
        if hasattr(value, "serialize"):
            data = value.serialize()
            return _marked(name, self.write(data, depth + 1) if isinstance(data, dict) else data, version)
        if dataclasses.is_dataclass(value):
            return _marked(name, self.write(dataclasses.asdict(value), depth + 1), version)  # type: ignore[arg-type]
        if attrs.has(type(value)):
            fields = attrs.asdict(value, recurse=False, filter=lambda field, _value: field.init)
            return _marked(name, self.write(fields, depth + 1), version)
        raise _unknown(value)


@final
class _Reader:
    def __init__(self, copied: list[Any]) -> None:
        self._copied = copied

    def read(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.read(item) for item in value]
        if not isinstance(value, dict):
            return value
        if _CLASS not in value or _VERSION not in value:
            return {key: self.read(item) for key, item in value.items()}
        name: str = value[_CLASS]
        if name in _COPIED:
            return _copy(self._copied[value[_DATA]])
        data = self.read(value.get(_DATA))
        known = _READERS.get(name)
        if known is not None:
            return known(data)
        return _of_class(name, data, value[_VERSION])


def _of_class(name: str, data: Any, version: int) -> Any:
    if not name.startswith("numpy.") and not is_allowed(name):
        msg = (
            f"{name} was not found in allow list for deserialization imports. To allow it, add it to "
            "allowed_deserialization_classes in the configuration"
        )
        raise ImportError(msg)
    module, _, attribute = name.rpartition(".")
    kind: Any = getattr(import_module(module), attribute)
    if name.startswith("numpy."):
        return kind(data)
    if hasattr(kind, "model_validate"):
        return kind.model_validate(data)
    if hasattr(kind, "deserialize"):
        return kind.deserialize(data, version)
    if not isinstance(data, Mapping):
        msg = f"deserialized value for {name} is not a dict, got {type(data)}"
        raise TypeError(msg)
    return kind(**data)


def is_allowed(name: str) -> bool:
    """
    Return whether Airflow's configuration allows to read values of the class *name* from XCom.
    """
    globs, patterns = _allowed()
    return any(fnmatchcase(name, glob) for glob in globs) or any(match(pattern, name) for pattern in patterns)


@lru_cache(maxsize=1)
def _allowed() -> tuple[tuple[str, ...], tuple[str, ...]]:
    config = AirflowConfig.read()
    return config.allowed_classes, config.allowed_class_patterns


def _marked(name: str, data: Any, version: int = 1) -> dict[str, Any]:
    return {_CLASS: name, _VERSION: version, _DATA: data}


def _primitive(value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, int) and not isinstance(value, bool) and value not in _INTEGERS:
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        msg = f"Out of range float values are not JSON compliant: {value!r}"
        raise ValueError(msg)
    return value


def _unknown(value: Any) -> TypeError:
    return TypeError(
        f"Cannot serialize object of type {type(value)}. Give it a `serialize()` method and a "
        "`deserialize(data, version)` staticmethod, or decorate the class with @dataclass or @attr.define."
    )


def _path(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_named_tuple(value: Any) -> bool:
    return isinstance(value, tuple) and hasattr(value, "_asdict") and hasattr(value, "_fields")


def _copy(value: Any) -> Any:
    return value.copy(deep=True)


def _write_datetime(value: datetime) -> dict[str, Any]:
    return {"timestamp": value.timestamp(), "tz": None if value.tzinfo is None else _write_zone(value.tzinfo)}


def _write_zone(zone: tzinfo) -> tuple[str, str, int, bool]:
    name = next((getattr(zone, key) for key in ("key", "name", "zone") if hasattr(zone, key)), None)
    if name is not None:
        return name, _path(type(zone)), 1, True
    if zone.utcoffset(None) == timedelta(0):
        return "UTC", "pendulum.tz.timezone.FixedTimezone", 1, True
    # As in Airflow, where other offsets are lost when they are written, and fail when they are read.
    return "", "", 0, False


def _read_datetime(data: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(data["timestamp"], _zone(data["tz"]))


def _zone(written: tuple[str, str, int, bool] | None) -> tzinfo | None:
    if written is None:
        return None
    name = written[0]
    pendulum: Any = sys.modules.get("pendulum")
    return pendulum.timezone(name) if pendulum is not None and name else ZoneInfo(name)


def _read_pendulum_datetime(data: dict[str, Any]) -> Any:
    return import_module("pendulum").DateTime.fromtimestamp(data["timestamp"], _zone(data["tz"]))


def _read_pendulum_date(data: str) -> Any:
    return import_module("pendulum").Date.fromisoformat(data)


def _write_decimal(value: Decimal) -> float | int:
    exponent = value.as_tuple().exponent
    return int(value) if isinstance(exponent, int) and exponent >= 0 else float(value)


_WRITERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "builtins.tuple": list,
    "builtins.set": list,
    "builtins.frozenset": list,
    "datetime.datetime": _write_datetime,
    "pendulum.datetime.DateTime": _write_datetime,
    "datetime.date": date.isoformat,
    "pendulum.date.Date": date.isoformat,
    "datetime.timedelta": timedelta.total_seconds,
    "decimal.Decimal": _write_decimal,
    "uuid.UUID": str,
    "zoneinfo.ZoneInfo": str,
}
"""By class: what is written for a value."""

_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "builtins.tuple": tuple,
    "builtins.set": set,
    "builtins.frozenset": frozenset,
    "datetime.datetime": _read_datetime,
    "pendulum.datetime.DateTime": _read_pendulum_datetime,
    "datetime.date": date.fromisoformat,
    "pendulum.date.Date": _read_pendulum_date,
    "datetime.timedelta": lambda data: timedelta(seconds=data),
    "decimal.Decimal": lambda data: Decimal(str(data)),
    "uuid.UUID": UUID,
    "zoneinfo.ZoneInfo": ZoneInfo,
}
"""By class: what is read."""
