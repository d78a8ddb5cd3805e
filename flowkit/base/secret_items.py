"""
Secrets that are recognized by what is beside them in a container.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from flowkit.base.sensitive import normal_name

# `{"name": "DB_PASSWORD", "value": "x"}`: what holds the name, and what holds the value.
_NAME_FIELDS: Final = frozenset(
    {"name", "key", "field", "variable", "env", "header", "parameter", "param", "conn_id", "option"}
)
_VALUE_FIELDS: Final = frozenset(
    {"value", "val", "values", "string_value", "default", "default_value", "content", "data"}
)


def secret_items(
    keys: Sequence[Any] | None, items: Sequence[Any], is_secret: Callable[[str], bool]
) -> Collection[int]:
    """
    Return which *items* of a container are secrets because of what is beside them.

    Those are the value of `{"name": "DB_PASSWORD", "value": "x"}`, of the pair `("password", "x")`, and of an option
    in the words of a command, `["--password", "x"]`.

    Args:
        keys: The keys or the names of the fields; `None` for a sequence.

        items: The items.

        is_secret: Whether a name is that of a secret.
    """
    if len(items) < 2:
        return ()
    if keys is not None:
        return _named_values(keys, items, is_secret)
    first = items[0]
    is_name = isinstance(first, str) and first[:1] != "-" and " " not in first
    if len(items) == 2 and is_name and is_secret(first):
        return (1,)
    if not any(isinstance(item, str) and item[:1] == "-" for item in items):
        return ()

    # Late: its patterns take longer to compile than the whole import of flowkit, and most processes never need them.
    from flowkit.base.secret_commands import secret_words

    return secret_words(items, is_secret)


def _named_values(
    keys: Sequence[Any], items: Sequence[Any], is_secret: Callable[[str], bool]
) -> Collection[int]:
    names = [normal_name(key).strip("_") if isinstance(key, str) else "" for key in keys]
    if _NAME_FIELDS.isdisjoint(names) or _VALUE_FIELDS.isdisjoint(names):
        return ()
    for name, item in zip(names, items, strict=True):
        if name in _NAME_FIELDS and isinstance(item, str) and is_secret(item):
            return [index for index, other in enumerate(names) if other in _VALUE_FIELDS]
    return ()
