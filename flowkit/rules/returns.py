"""
The return annotation of a function: whether the value survives XCom, and which keys a branch must have.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import functools
import inspect
import re
import types
import typing
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Generator,
    Iterator,
    Mapping,
    Sequence,
)
from enum import Enum
from pathlib import PurePath
from typing import Any, Literal, Union, get_args, get_origin

import attrs
import typing_extensions

from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.lazy_names import LazyImport, declared, import_of
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean
from flowkit.model.calls import PythonCall
from flowkit.rules.messages import Message, mapping_keys, missing_routes, raw_bytes, single_use

_EMPTY: dict[Any, Any] = {}
_VIEWS = (type(_EMPTY.keys()), type(_EMPTY.values()), type(_EMPTY.items()))
_RAW = (bytes, bytearray, memoryview)


def returned_by(function: Callable[..., Any]) -> Any | None:
    """
    Return the return annotation of *function*; `None` if there is none, or Python cannot evaluate it.

    For a generator it is the type of its `return`: what it yields is the metadata of asset events for Airflow.
    """
    annotation = getattr(function, "__annotations__", {}).get("return")
    if annotation is None or (declared and _is_lazy(annotation, function)):
        return None
    try:
        # Annotations of parameters are not needed, and may use names that only type checkers import.
        stand_in = types.SimpleNamespace(__annotations__={"return": annotation})
        names = getattr(function, "__globals__", {})
        hint = typing_extensions.get_type_hints(stand_in, names, include_extras=False)["return"]
    except Exception:  # noqa: BLE001 - evaluating an annotation may raise anything; it is then not checked
        return None
    if not inspect.isgeneratorfunction(function):
        return hint
    kind: Any = get_origin(hint)
    return get_args(hint)[2] if kind is Generator and len(get_args(hint)) == 3 else None


def _is_lazy(annotation: object, function: Callable[..., Any]) -> bool:
    # Importing pandas for an annotation would defeat its lazy import.
    if not isinstance(annotation, str):
        return type(annotation) is LazyImport
    names = getattr(function, "__globals__", {})
    values = (names.get(name) for name in re.findall(r"[^\W\d]\w*", annotation))
    return any(type(value) is LazyImport and not import_of(value).loaded for value in values)


def xcom_loss(hint: Any, *, used: bool) -> Message | None:
    """
    Return what is wrong with a type as the output of a task, and the hint; `None` if values of it arrive unchanged.

    Args:
        hint: The return annotation.

        used: Whether a task uses the output. Otherwise, failures to read it back do not matter.
    """
    if get_origin(hint) in (Union, types.UnionType, typing.Annotated):
        return next(filter(None, (xcom_loss(part, used=used) for part in get_args(hint))), None)
    kind = get_origin(hint) or hint
    if not isinstance(kind, type) or kind is type(None) or typing_extensions.is_typeddict(hint):
        return None
    loss = _class_loss(kind, used=used)
    if loss is None and issubclass(kind, Mapping) and get_args(hint)[:1] not in ((), (str,), (Any,)):
        key = get_args(hint)[0]
        if isinstance(key, type) and not issubclass(key, str) and used:
            loss = mapping_keys(key.__name__)
    if loss is not None or issubclass(kind, type):
        return loss
    return next(filter(None, (xcom_loss(part, used=used) for part in get_args(hint))), None)


def _class_loss(kind: type[Any], *, used: bool) -> Message | None:
    name = kind.__name__
    if kind.__module__.startswith("flowkit.builders."):
        return (
            f"{name}, a part of a pipeline, which must exist before the pipeline runs",
            "Call the function while the pipeline is built: .then(fn(…)). For one group per item, write "
            "each_group(fn, over(…)) or each_group_kwargs(fn, [{…}]).",
        )
    if issubclass(kind, Enum) and not issubclass(kind, str | int):
        return f"{name}, an Enum, which Airflow cannot store", "Return its value: member.value."
    if issubclass(kind, PurePath):
        return f"{name}, which Airflow cannot store", "Return it as a string: str(path)."
    if issubclass(kind, _RAW):
        return raw_bytes(name)
    if issubclass(kind, range) or issubclass(kind, _VIEWS):
        return f"{name}, which Airflow cannot store", "Return list(…) of it."
    if issubclass(kind, Iterator | AsyncIterator):
        return single_use(name)
    if used and hasattr(kind, "_fields") and issubclass(kind, tuple):
        return f"{name}, a named tuple, which arrives as a plain tuple", "Return a TypedDict or a dict."
    if used and (attrs.has(kind) or dataclasses.is_dataclass(kind)) and not _is_allowed(kind):
        return (
            f"{name}, which Airflow refuses to deserialize",
            "Return a TypedDict or a dict, or ask your administrator to add the class to "
            "[core] allowed_deserialization_classes.",
        )
    return None


def _is_allowed(kind: type[Any]) -> bool:
    name = f"{kind.__module__}.{kind.__qualname__}"
    config = _airflow_config()
    return any(fnmatch.fnmatch(name, glob) for glob in config.allowed_classes) or any(
        re.match(pattern, name) for pattern in config.allowed_class_patterns
    )


_airflow_config = functools.cache(AirflowConfig.read)


def keys_of(hint: Any) -> tuple[str, ...] | None:
    """
    Return the values of a `Literal`, or of a list of them; `None` if the annotation is neither.
    """
    if get_origin(hint) is Literal:
        return tuple(str(value) for value in get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        parts = [keys_of(part) for part in get_args(hint) if part is not type(None)]
        return None if None in parts else tuple(key for part in parts for key in part or ())
    origin = get_origin(hint)
    if isinstance(origin, type) and issubclass(origin, Collection) and len(get_args(hint)) >= 1:
        return keys_of(get_args(hint)[0])
    return None


def unmappable(call: PythonCall) -> str | None:
    """
    Return the type that the function of a task returns, if Airflow cannot map over it; `None` if it can, or is unknown.

    Airflow maps over lists, tuples and other sequences, and over dictionaries: over the characters of a string never.
    """
    # Other decorators do not return what the function returns.
    if call.decorator is not None or call.routes is not None:
        return None
    hint = returned_by(call.function)
    if get_origin(hint) is typing.Annotated:
        hint = get_args(hint)[0]
    if typing_extensions.is_typeddict(hint):
        return None
    if get_origin(hint) is Literal:
        hint = type(get_args(hint)[0])
    kind = get_origin(hint) or hint
    if kind is type(None):
        return "None"
    if not isinstance(kind, type) or kind in (Any, Union, types.UnionType):
        return None
    # The annotation may be more general than the value, as `Iterable` is.
    can_be_mapped = any(issubclass(kind, known) or issubclass(known, kind) for known in (Sequence, dict))
    return None if can_be_mapped and not issubclass(kind, (str, bytes, bytearray)) else kind.__name__


def branch_problems(call: PythonCall) -> list[Problem]:
    """
    Return the problems of the keys of a branch.
    """
    routes = call.routes or {}
    returned = returned_by(call.function)
    if (wrong := _wrong_count(call, returned)) is not None:
        return [wrong]
    known = keys_of(returned)
    if known is None:
        return []

    problems = [
        Problem("FK306", *missing_routes(f"{call.name}()", [key]), call.location)
        for key in known
        if key not in routes
    ]
    for key in routes:
        if key not in known:
            message = f"The branch has the key {key!r}, which {call.name}() cannot return."
            hint = did_you_mean(key, known, otherwise=f"It returns: {', '.join(map(repr, known))}.")
            problems.append(Problem("FK306", message, hint, call.location))
    return problems


def _wrong_count(call: PythonCall, returned: Any) -> Problem | None:
    """
    Return the problem of a `branch` whose function returns several keys, or of `branches` with one.
    """
    kind = get_origin(returned) or returned
    if get_origin(returned) is Literal:
        kind = type(get_args(returned)[0])
    if not isinstance(kind, type):
        return None
    if call.multiple and issubclass(kind, str):
        message = f"branches() takes a function that returns several keys, but {call.name}() returns one."
        return Problem("FK306", message, f"Write branch({call.name}, …).", call.location)
    if not call.multiple and issubclass(kind, Collection) and not issubclass(kind, str):
        message = f"branch() takes a function that returns one key, but {call.name}() returns several."
        return Problem("FK306", message, f"Write branches({call.name}, …).", call.location)
    return None


def xcom_problem(call: PythonCall, path: str, *, used: bool) -> Problem | None:
    """
    Return the problem of the return annotation of a task's function.
    """
    if call.decorator is not None or call.routes is not None:
        return None
    loss = xcom_loss(returned_by(call.function), used=used)
    if loss is None:
        return None
    reason, hint = loss
    return Problem("FK307", f"{call.name}() of task {path!r} returns {reason}.", hint, call.location)
