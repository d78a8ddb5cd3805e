"""
JSON Patch (RFC 6902): the operations that turn one JSON value into another.

Objects are compared name by name. Lists, short in plans, are replaced as a whole: shifting indices are unreadable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any, TypeAlias

Json: TypeAlias = Any
Operation: TypeAlias = dict[str, Json]
"""`{"op": "add" | "remove" | "replace", "path": …, "value": …}`"""


def same(old: Json, new: Json) -> bool:
    """
    Return whether two JSON values are equal. In Python `1`, `1.0` and `True` are equal; in JSON they are not.
    """
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(same(item, new[name]) for name, item in old.items())
    if isinstance(old, list):
        return len(old) == len(new) and all(same(one, other) for one, other in zip(old, new, strict=True))
    return bool(old == new)


def patch(old: Json, new: Json, path: str = "") -> Iterator[Operation]:
    """
    Yield the operations that turn *old* into *new*.

    Args:
        old: A JSON value.

        new: The JSON value to produce.

        path: The location of both values, as a JSON pointer (RFC 6901).
    """
    if not (isinstance(old, dict) and isinstance(new, dict)) or _is_whole(old, new):
        if not same(old, new):
            yield {"op": "replace", "path": path, "value": new}
        return
    for name in old:
        if name not in new:
            yield {"op": "remove", "path": f"{path}/{_escaped(name)}"}
    for name, item in new.items():
        below = f"{path}/{_escaped(name)}"
        if name in old:
            yield from patch(old[name], item, below)
        else:
            yield {"op": "add", "path": below, "value": item}


def _is_whole(old: Json, new: Json) -> bool:
    # Objects of different kinds have nothing in common; the content of a secret must not be named.
    kind = old.get("$")
    return bool(kind != new.get("$") or kind == "hidden")


def apply(old: Json, operations: Iterable[Operation]) -> Json:
    """
    Return *old* with *operations* applied; *old* is not modified.

    Raises:
        KeyError: If the path of an operation does not exist.

        ValueError: If an operation is not one that `patch` creates.
    """
    result = deepcopy(old)
    for operation in operations:
        if operation["op"] not in {"add", "remove", "replace"}:
            msg = f"Unsupported operation {operation['op']!r} in this patch: use add, remove or replace."
            raise ValueError(msg)
        if not operation["path"]:
            result = deepcopy(operation["value"])
            continue
        *above, last = [_read(name) for name in operation["path"][1:].split("/")]
        target = result
        for name in above:
            target = target[name]
        if operation["op"] != "add":
            del target[last]
        if operation["op"] != "remove":
            target[last] = deepcopy(operation["value"])
    return result


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _read(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")
