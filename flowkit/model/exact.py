"""
Values as Airflow can store them: exact built-in types within the limits of its formats.

Airflow's processor sends each DAG as MessagePack, which takes `str`, `int` and `float` but none of their subclasses, no
lone surrogates, and integers of 64 bits. Its database stores JSON, which has no NaN, and text, which has no NUL in
PostgreSQL. One value outside of these limits loses all DAGs of its file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from enum import Enum
from fractions import Fraction
from math import isfinite
from pathlib import PurePath
from typing import Any, Final, cast

from flowkit.base.interruption import is_interruption
from flowkit.model.inexact import MAX_VALUES, InexactError, too_large, unreadable
from flowkit.model.scalars import (
    MAX_INT,
    MIN_INT,
    SCALARS,
    check_text_form,
    check_time,
    converter_of,
    data_type,
    is_unicode,
)
from flowkit.model.values import INSIDE, ContainerKind, Contents, fold, rebuilt, rebuilt_mapping

# Of the objects that Airflow stores as their text, those whose text may be anything. Others are tried with the DAG.
_STORED_AS_TEXT: Final = (PurePath, Fraction, range, tzinfo)


def exact(value: Any) -> Any:
    """
    Return *value* with exact built-in types in place of subclasses of `str`, `int` and `float`, and of numpy's and
    pandas' scalars; the same object when nothing changes. Members of enumerations stay members.

    What flowkit does not know, such as an object of a user's class, is returned unchanged.

    Raises:
        InexactError: If Airflow could not store *value*, or something in it.
    """
    return _exact(value, exact_leaf)


def exact_option(value: Any) -> Any:
    """
    Return `exact(value)` for an option, a setting or an id, of which Airflow needs only the data.

    Members of enumerations that are strings or numbers become these. Dates and timedeltas have to survive as a number
    of seconds, the form in which Airflow stores them.

    Raises:
        InexactError: As `exact` does.
    """
    kind = type(value)
    if _is_simple(value):
        return value
    # Most containers are small, and hold nothing unusual.
    if kind is dict and all(map(_is_simple, value)) and all(map(_is_simple, value.values())):
        return value
    if (kind is list or kind is set or kind is tuple) and all(map(_is_simple, value)):
        return value
    if issubclass(kind, datetime | timedelta):
        changed = exact_leaf(value)
        # Airflow gives a date without a time zone its own default zone, which is seldom far from UTC.
        check_time(changed, naive_is_utc=True)
        return changed
    return _exact(value, _option_leaf)


def _is_simple(value: object) -> bool:
    kind = type(value)
    if kind is str:
        return is_exact(value)
    return kind is not datetime and kind is not timedelta and is_exact(value)


def is_exact(value: object) -> bool:
    """
    Return whether *value* is a scalar that `exact` returns unchanged. Containers and unknown objects are not.
    """
    kind = type(value)
    if kind is str:
        text = cast("str", value)
        return (text.isascii() or is_unicode(text)) and "\0" not in text
    if kind is int:
        return MIN_INT <= cast("int", value) <= MAX_INT
    if kind is float:
        return isfinite(cast("float", value))
    return value is None or kind is bool or kind is timedelta or kind is datetime


def exact_leaf(value: Any) -> Any:
    """
    Return *value* as `exact` does, but `INSIDE` for a container.

    Raises:
        InexactError: As `exact` does.
    """
    try:
        convert = converter_of(type(value))
        return INSIDE if convert is None else convert(value)
    except InexactError:
        raise
    except BaseException as error:
        if is_interruption(error):
            raise
        raise unreadable(value, error) from None


def _exact(value: Any, leaf: Callable[[Any], Any]) -> Any:
    visited = 0

    def convert(item: Any) -> Any:
        if _is_simple(item):
            return item
        nonlocal visited
        visited += 1
        try:
            if visited > MAX_VALUES:
                raise too_large(value)
            return leaf(item)
        except InexactError as error:
            error.nested = item is not value
            raise

    def join(container: Any, contents: Contents, items: list[Any]) -> Any:
        if contents.kind is not ContainerKind.MAPPING:
            return rebuilt(container, contents, items)
        keys = [fold(key, convert, rebuilt, fail) for key in contents.keys]
        return with_keys(container, contents, keys, items)

    def fail(container: Any, error: BaseException | None) -> Any:
        if isinstance(error, InexactError):
            raise error
        failure = unreadable(container, error)
        failure.nested = container is not value
        raise failure from None

    return fold(value, convert, join, fail)


def with_keys(mapping: Any, contents: Contents, keys: list[Any], items: list[Any]) -> Any:
    """
    Return *mapping* with *keys* and *items* in place of its own; *mapping* itself when they are the same.
    """
    if all(new is old for new, old in zip(keys, contents.keys, strict=True)):
        return rebuilt(mapping, contents, items)
    return rebuilt_mapping(mapping, zip(keys, items, strict=True))


def _option_leaf(value: Any) -> Any:
    kind = type(value)
    if issubclass(kind, Enum):
        data = data_type(kind)
        return value if data is None else SCALARS[data](value)
    changed = exact_leaf(value)
    check_time(changed)
    if issubclass(kind, _STORED_AS_TEXT):
        check_text_form(value)
    return changed
