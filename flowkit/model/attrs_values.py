"""
Values with fields among the arguments of tasks: those of attrs classes and of dataclasses.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import attrs


def is_of_airflow(kind: type) -> bool:
    """
    Return whether Airflow, or a library that it brings, writes values of *kind* in its own way.
    """
    return kind.__module__.partition(".")[0] in {"airflow", "pendulum", "kubernetes"}


def is_record(value: object) -> bool:
    """
    Return whether *value* is of an attrs class or a dataclass of the user's.
    """
    kind = type(value)
    return (attrs.has(kind) or dataclasses.is_dataclass(kind)) and not is_of_airflow(kind)


def fields_of(value: Any) -> dict[str, Any]:
    """
    Return the fields of a record, by name.
    """
    kind: Any = type(value)
    fields: Any = attrs.fields(kind) if attrs.has(kind) else dataclasses.fields(kind)
    return {field.name: getattr(value, field.name) for field in fields if hasattr(value, field.name)}


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """
    Return a copy of a record with each field changed; *value* itself when all stay as they are.
    """
    old = fields_of(value)
    new = {name: change(item) for name, item in old.items()}
    if all(new[name] is old[name] for name in old):
        return value

    copy = object.__new__(type(value))
    for name, item in new.items():
        # Past validators and `frozen`: the author's own call has passed them, with an output in this place.
        object.__setattr__(copy, name, item)
    return copy
