"""
Whether a function takes `None` where it gets a value that may be missing, according to its annotations.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import typing_extensions

from flowkit.model.values import ContainerKind, Path

_MATTERS_NOT: Final = (Any, object, None)
_ITEMS: Final = {ContainerKind.LIST, ContainerKind.TUPLE, ContainerKind.SET}


def takes_none(function: Callable[..., Any], parameter: str, path: Path) -> bool:
    """
    Return whether `None` may stand at *path* in what *parameter* of *function* gets; also if nothing is known.
    """
    annotation = getattr(function, "__annotations__", {}).get(parameter)
    if annotation is None:
        return True
    stand_in = types.SimpleNamespace(__annotations__={parameter: annotation})
    # As `get_type_hints` does it, which does not ask an object that is no function for what a decorator wrapped.
    names = getattr(inspect.unwrap(function), "__globals__", {})
    try:
        hint = get_type_hints(stand_in, names)[parameter]
    except Exception:  # noqa: BLE001 - evaluating an annotation may raise anything; it is then not checked
        return True
    return _takes_none(hint, path)


def _takes_none(hint: Any, path: Path) -> bool:
    if get_origin(hint) in (Union, types.UnionType):
        return any(_takes_none(part, path) for part in get_args(hint))
    if not path:
        return _is_none(hint)
    (kind, key), *rest = path
    inner = _inner(hint, kind, key)
    return inner is None or _takes_none(inner, tuple(rest))


def _inner(hint: Any, kind: ContainerKind, key: Any) -> Any | None:
    """
    Return the annotation of an item, by that of its container; `None` if it is not known.
    """
    if typing_extensions.is_typeddict(hint) or kind is ContainerKind.FIELDS:
        try:
            return get_type_hints(hint).get(key)
        except Exception:  # noqa: BLE001 - as above
            return None
    origin, parts = get_origin(hint), get_args(hint)
    if not isinstance(origin, type):
        return None
    if origin is tuple and kind in _ITEMS:
        if len(parts) == 2 and parts[1] is ...:
            return parts[0]
        return parts[key] if isinstance(key, int) and key < len(parts) else None
    if issubclass(origin, Mapping) and kind is ContainerKind.MAPPING:
        return parts[1] if len(parts) == 2 else None
    if issubclass(origin, Collection) and kind in _ITEMS:
        return parts[0] if len(parts) == 1 else None
    return None


def _is_none(hint: Any) -> bool:
    kind = get_origin(hint) or hint
    if kind in _MATTERS_NOT or kind is type(None):
        return True
    if typing_extensions.is_typeddict(hint):
        return False
    if not isinstance(kind, type):
        # Of a `Literal`, all members are known. Type variables may stand for None.
        return kind is not Literal or None in get_args(hint)
    try:
        return isinstance(None, kind)
    except TypeError:  # a protocol that cannot be asked at run time
        return True
