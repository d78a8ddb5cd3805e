"""
Secrets that the text of an exception may quote: `ValueError(f"cannot log in with {password}")`.

They are known by the names of the variables in the functions that the exception passed through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any, Final

from flowkit.base.call_site import is_users
from flowkit.base.interruption import is_interruption, traceback_entries
from flowkit.base.printable import decoded
from flowkit.base.sensitive import is_secret_name

_MAX_FRAMES: Final = 100
_MAX_VALUES: Final = 2_000
_MAX_DEPTH: Final = 4
_MAX_SECRET_DEPTH: Final = 20
_MAX_SECRET_CHARS: Final = 10_000


def raised_secrets(error: BaseException) -> frozenset[str]:
    """
    Return the texts that the variables of secrets had where *error* passed through. Never raises, except for
    interruptions.
    """
    found: set[str] = set()
    try:
        for number, entry in enumerate(traceback_entries(error)):
            if number >= _MAX_FRAMES:
                break
            found.update(_in_frame(entry.tb_frame))
    except BaseException as failure:  # objects of anybody's make are read
        if is_interruption(failure):
            raise
    return frozenset(found)


def _in_frame(frame: FrameType) -> Iterator[str]:
    budget = [_MAX_VALUES]
    # A module has everything that it imports among its variables.
    depth = _MAX_DEPTH if frame.f_code.co_name == "<module>" else 0
    for name, value in list(frame.f_locals.items()):
        # A parser's `token` is a word of what it reads.
        if name != "token" or is_users(frame.f_code.co_filename):
            yield from _in_value(name, value, is_secret=False, depth=depth, budget=budget)


def _in_value(name: object, value: Any, *, is_secret: bool, depth: int, budget: list[int]) -> Iterator[str]:
    budget[0] -= 1
    is_secret = is_secret or (type(name) is str and is_secret_name(name))
    if issubclass(type(value), str | bytes):
        if is_secret and len(value) <= _MAX_SECRET_CHARS:
            yield str.__str__(value) if issubclass(type(value), str) else decoded(bytes(value))
    elif budget[0] > 0 and depth < (_MAX_SECRET_DEPTH if is_secret else _MAX_DEPTH):
        for inner_name, item in _items(value):
            yield from _in_value(inner_name, item, is_secret=is_secret, depth=depth + 1, budget=budget)
            if budget[0] <= 0:
                break


def _items(value: Any) -> list[tuple[object, Any]]:
    kind = type(value)
    if issubclass(kind, Mapping):
        return list(value.items())
    if issubclass(kind, list | tuple | set | frozenset):
        return [("", item) for item in value]
    names = [field.name for field in getattr(kind, "__attrs_attrs__", ())]
    names += list(getattr(kind, "__dataclass_fields__", ()))
    return [(name, getattr(value, name)) for name in names if hasattr(value, name)]
