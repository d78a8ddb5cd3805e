"""
What the arguments of tasks are made of: the one rule for containers, and the one recursion over them.

A container is a mapping, a list, a tuple, a set or a frozenset, a value of an attrs class or a dataclass, or a
`SimpleNamespace`; a value of a subclass is one, too. Everything else is a leaf: texts, functions, classes, values that
Airflow writes in its own way, and containers that contain themselves or lie deeper than `MAX_DEPTH`. The keys of a
mapping are not visited. `fold` and `walk` apply this rule, and
`map_values` is the `fold` that keeps the containers.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum, auto
from functools import lru_cache
from operator import is_
from typing import Any, Final, NamedTuple, TypeAlias, cast

import attrs

from flowkit.base.interruption import is_interruption

# Deeper values come close to Python's recursion limit, first of all when Airflow serializes them.
MAX_DEPTH: Final = 100

INSIDE: Final = object()
"""What a callback returns for a value whose items are to be visited in turn."""


class ContainerKind(Enum):
    """
    The kinds of container, as far as reading and rebuilding them differ.
    """

    MAPPING = auto()
    LIST = auto()
    TUPLE = auto()
    NAMED_TUPLE = auto()
    SET = auto()
    """A set or a frozenset."""

    FIELDS = auto()
    """A value of an attrs class or a dataclass."""

    NAMESPACE = auto()
    """A `types.SimpleNamespace`."""


class Contents(NamedTuple):
    """
    What is in a container: its items, each with its key, index or field name.
    """

    kind: ContainerKind
    keys: list[Any]
    items: list[Any]


Join: TypeAlias = Callable[[Any, Contents, list[Any]], Any]
"""Makes a result from a container, its contents, and the results for its items."""

OnFailure: TypeAlias = Callable[[Any, "BaseException | None"], Any]
"""
Gives the result for a container that raised an exception when it was read or rebuilt, or (`None`) has no end.
"""

Path: TypeAlias = "tuple[tuple[ContainerKind, Any], ...]"
"""The way to a value: by container, its kind and the key, index or field name."""


def is_of_airflow(kind: type) -> bool:
    """
    Return whether Airflow, or a library that it brings, writes values of *kind* in its own way.
    """
    return kind.__module__.partition(".")[0] in {"airflow", "pendulum", "kubernetes"}


_remember = lru_cache(maxsize=1024)  # by type: `issubclass` with an abstract base class is slow


def _container_kind(value_type: type) -> ContainerKind | None:
    """
    Return which kind of container the values of *value_type* are; `None` for leaves.
    """
    if issubclass(value_type, str):
        return None
    if issubclass(value_type, Mapping):
        return ContainerKind.MAPPING
    if issubclass(value_type, tuple):
        return ContainerKind.NAMED_TUPLE if hasattr(value_type, "_fields") else ContainerKind.TUPLE
    if issubclass(value_type, list):
        return ContainerKind.LIST
    if issubclass(value_type, set | frozenset):
        return ContainerKind.SET
    if (attrs.has(value_type) or dataclasses.is_dataclass(value_type)) and not is_of_airflow(value_type):
        return ContainerKind.FIELDS
    return ContainerKind.NAMESPACE if issubclass(value_type, types.SimpleNamespace) else None


container_kind: Final[Callable[[type[Any]], ContainerKind | None]] = cast("Any", _remember(_container_kind))


def _read_field_names(value_type: Any) -> tuple[str, ...]:
    fields: Any = attrs.fields(value_type) if attrs.has(value_type) else dataclasses.fields(value_type)
    return tuple([field.name for field in fields])


_field_names: Final[Callable[[type[Any]], tuple[str, ...]]] = cast("Any", _remember(_read_field_names))


def fields_of(value: Any) -> dict[str, Any]:
    """
    Return the fields of a value of an attrs class or a dataclass, by name.
    """
    return {name: getattr(value, name) for name in _field_names(type(value)) if hasattr(value, name)}


def contents_of(value: Any, kind: ContainerKind) -> Contents:
    """
    Return what is in the container *value*, which is of *kind*.
    """
    if kind is ContainerKind.MAPPING:
        return Contents(kind, list(value), list(value.values()))
    if kind is ContainerKind.FIELDS or kind is ContainerKind.NAMESPACE:
        fields = fields_of(value) if kind is ContainerKind.FIELDS else vars(value)
        return Contents(kind, list(fields), list(fields.values()))
    items = list(value)
    return Contents(kind, list(range(len(items))), items)


def fold(value: Any, leaf: Callable[[Any], Any], join: Join, on_failure: OnFailure | None = None) -> Any:
    """
    Return the result for *value*, made from the results for what is in it.

    Args:
        value: Any value.

        leaf: Is called with every value before its contents are read. What it returns is the result; `INSIDE`: the
            result comes from the contents, or is the value itself when that is not a container.

        join: Makes the result for a container.

        on_failure: Gives the result for a container that cannot be read or has no end. Without it exceptions of the
            container pass through, and one without an end is its own result.
    """
    result = leaf(value)
    return _fold_inside(value, leaf, join, on_failure, set()) if result is INSIDE else result


def _fold_inside(
    value: Any, leaf: Callable[[Any], Any], join: Join, on_failure: OnFailure | None, around: set[int]
) -> Any:
    kind = container_kind(type(value))
    if kind is None:
        return value
    if id(value) in around or len(around) >= MAX_DEPTH:
        return value if on_failure is None else on_failure(value, None)
    around.add(id(value))
    try:
        contents = contents_of(value, kind)
        results = []
        for item in contents.items:
            result = leaf(item)
            if result is INSIDE:
                result = _fold_inside(item, leaf, join, on_failure, around)
            results.append(result)
        return join(value, contents, results)
    except BaseException as error:
        if on_failure is None or is_interruption(error):
            raise
        return on_failure(value, error)
    finally:
        around.discard(id(value))


def map_values(value: Any, change: Callable[[Any], Any]) -> Any:
    """
    Return *value* with what *change* returns in place of each value in it (`INSIDE`: its contents are changed).

    A container in which nothing changes stays the same object. A changed mapping becomes a `dict` (flowkit's own keep
    their type), a changed list a `list`, a changed tuple without names a `tuple`, a changed set a `set` or `frozenset`;
    all others keep their type.
    """
    return fold(value, change, rebuilt)


def rebuilt(value: Any, contents: Contents, items: list[Any]) -> Any:
    """
    Return the container *value* with *items* in place of its own; *value* itself when they are the same.
    """
    if all(map(is_, contents.items, items)):
        return value
    return _REBUILDERS[contents.kind](value, contents.keys, items)


def rebuilt_mapping(mapping: Any, pairs: Iterable[tuple[Any, Any]]) -> Any:
    """
    Return what takes the place of *mapping*, with other keys and items: a `dict`, or a map of flowkit's own.
    """
    changed = dict(pairs)
    kind = type(mapping)
    return kind(changed) if kind.__module__.startswith("flowkit.") else changed


def _with_fields(value: Any, names: list[str], items: list[Any]) -> Any:
    copy = object.__new__(type(value))
    for name, item in zip(names, items, strict=True):
        # Bypasses validators and `frozen`: the author's own call has passed them, with the placeholder in this field.
        object.__setattr__(copy, name, item)
    return copy


_REBUILDERS: Final[Mapping[ContainerKind, Callable[[Any, list[Any], list[Any]], Any]]] = {
    ContainerKind.MAPPING: lambda value, keys, items: rebuilt_mapping(value, zip(keys, items, strict=True)),
    ContainerKind.LIST: lambda _value, _keys, items: items,
    ContainerKind.TUPLE: lambda _value, _keys, items: tuple(items),
    ContainerKind.NAMED_TUPLE: lambda value, _keys, items: type(value)(*items),
    ContainerKind.SET: lambda value, _keys, items: (frozenset if issubclass(type(value), frozenset) else set)(
        items
    ),
    ContainerKind.FIELDS: _with_fields,
    ContainerKind.NAMESPACE: lambda value, names, items: type(value)(**dict(zip(names, items, strict=True))),
}


def walk(value: Any, is_leaf: Callable[[Any], bool]) -> Iterator[tuple[Path, Any]]:
    """
    Yield each leaf in *value* with the path to it, in order; what *is_leaf* accepts is a leaf, too, and so is a
    container that raises when it is read.
    """
    yield from _walk(value, is_leaf, (), set())


def _walk(
    value: Any, is_leaf: Callable[[Any], bool], path: Path, around: set[int]
) -> Iterator[tuple[Path, Any]]:
    kind = None if is_leaf(value) else container_kind(type(value))
    if kind is None or id(value) in around or len(around) >= MAX_DEPTH:
        yield path, value
        return
    try:
        contents = contents_of(value, kind)
    except BaseException as error:  # of a user's class
        if is_interruption(error):
            raise
        yield path, value
        return
    around.add(id(value))
    for key, item in zip(contents.keys, contents.items, strict=True):
        yield from _walk(item, is_leaf, (*path, (kind, key)), around)
    around.discard(id(value))
