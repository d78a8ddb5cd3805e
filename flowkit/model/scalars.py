"""
Scalars as Airflow can store them: how values of each type become an exact built-in type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, EnumMeta
from functools import lru_cache
from math import isfinite
from typing import Any, Final, TypeAlias, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flowkit.base.exception_text import class_name
from flowkit.base.interruption import is_interruption
from flowkit.model.inexact import InexactError
from flowkit.model.values import container_kind

MIN_INT: Final = -(2**63)
MAX_INT: Final = 2**64 - 1

_TYPE_NAME: Final[Any] = vars(type)["__name__"]

# Between them, no time zone leads out of the calendar.
_KNOWN_ZONES: Final = frozenset({timezone, ZoneInfo})
_EARLIEST_YEAR: Final = 1
_LATEST_YEAR: Final = 9999

# Shorter timedeltas are never rounded up to one that is too long.
_LONG_DAYS: Final = 999_999_999


def check_text_form(value: Any) -> None:
    """
    Check that *value*, which Airflow stores as `str(value)`, has a text that can be stored.

    Raises:
        InexactError: If it has none.
    """
    kind = type(value)
    if kind in _SAFE_AS_TEXT or (issubclass(kind, Enum) and data_type(kind) is not None):
        return
    try:
        _text(str(value))
    except InexactError as error:
        detail = error.detail.removeprefix("that ")
        raise InexactError(value, f"whose text {detail}", error.reason, error.hint) from None
    except BaseException as error:
        if is_interruption(error):
            raise
        what = f"that raises {class_name(error)} when it is written as text"
        raise InexactError(value, what, "Airflow stores it so", "Pass plain values.") from None


def check_time(value: Any, *, naive_is_utc: bool = False) -> None:
    """
    Check that a date or a timedelta can be stored as a number of seconds. Other values pass.

    With *naive_is_utc*, a date without a time zone counts as UTC; otherwise Python takes it to be local.

    Raises:
        InexactError: If Airflow could not write or read it.
    """
    kind = type(value)
    if issubclass(kind, timedelta):
        _check_span(value)
    elif issubclass(kind, datetime):
        _check_moment(value, naive_is_utc)


def is_unicode(text: str) -> bool:
    """
    Return whether *text* has no lone surrogates.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(value: str) -> str:
    text = value if type(value) is str else str.__str__(value)
    if not text.isascii() and not is_unicode(text):
        reason = "Airflow cannot encode it as UTF-8"
        hint = 'Such strings come from bytes that are not UTF-8: decode them with errors="replace".'
        raise InexactError(value, "that contains a lone surrogate", reason, hint)
    if "\0" in text:
        raise InexactError(value, "that contains a NUL character", "PostgreSQL cannot store it", "Remove it.")
    return text


def _integer(value: int) -> int:
    number = value if type(value) is int else int.__int__(value)
    if not MIN_INT <= number <= MAX_INT:
        # Not the number itself: Python refuses to write very long ones.
        what = f"with {number.bit_length()} bits"
        reason = "Airflow stores integers from -2**63 to 2**64 - 1"
        raise InexactError(value, what, reason, "Pass it as a string, or compute it in the task.")
    return number


def _real(value: float) -> float:
    number = value if type(value) is float else float.__float__(value)
    if not isfinite(number):
        what = "that is infinite" if number == number else "that is NaN"  # noqa: PLR0124 - only NaN differs from itself
        raise InexactError(value, what, "JSON has no such number", "Pass None, or a string.")
    return number


def _unchanged(value: Any) -> Any:
    return value


def _check_span(value: timedelta) -> None:
    if -_LONG_DAYS < timedelta.days.__get__(value) < _LONG_DAYS:
        return
    try:
        timedelta(seconds=timedelta.total_seconds(value))
    except OverflowError:
        reason = "Airflow stores it as a number of seconds, and cannot read it back"
        raise InexactError(value, "that is too long", reason, "Choose a shorter one.") from None


def _check_moment(value: datetime, naive_is_utc: bool) -> None:
    zone = datetime.tzinfo.__get__(value)
    is_known = zone is None or type(zone) in _KNOWN_ZONES
    if is_known and _EARLIEST_YEAR < datetime.year.__get__(value) < _LATEST_YEAR:
        return
    moment = _plain_moment(value)
    _check_zone(moment)
    try:
        if naive_is_utc and moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        datetime.fromtimestamp(moment.timestamp(), timezone.utc)
    except BaseException as error:  # a tzinfo of the user's may raise anything
        if is_interruption(error):
            raise
        reason = "Airflow stores it as the seconds since 1970, and cannot read it back"
        hint = "Choose a date well within the years 1 to 9999."
        raise InexactError(value, "that is too far from today", reason, hint) from None


def _check_zone(moment: datetime) -> None:
    try:
        if moment.tzinfo is None or moment.utcoffset() is not None:
            return
        what = "whose time zone has no offset"
    except BaseException as error:  # a tzinfo of the user's may raise anything
        if is_interruption(error):
            raise
        what = f"whose time zone raises {class_name(error)}"
    raise InexactError(
        moment, what, "Airflow cannot convert it to UTC", 'Use a time zone such as ZoneInfo("Europe/Berlin").'
    ) from None


def _plain_moment(value: datetime) -> datetime:
    # The getters of the base class: a subclass may override them.
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo")
    parts = [getattr(datetime, name).__get__(value) for name in names]
    return datetime(*parts, fold=datetime.fold.__get__(value))  # noqa: DTZ001 - as *value* has it


def _pandas_moment(value: Any) -> datetime:
    if value.nanosecond:
        raise _no_python_form(value)
    return _plain_moment(value)


def _pandas_span(value: Any) -> timedelta:
    if value.nanoseconds:
        raise _no_python_form(value)
    return cast("timedelta", value.to_pytimedelta())


def _no_python_form(value: object) -> InexactError:
    reason = "Python's own dates and timedeltas hold microseconds, between the years 1 and 9999"
    return InexactError(
        value, "that Python's own type cannot hold", reason, "Round it, or pass it as a string."
    )


def _missing(value: object) -> Any:
    raise InexactError(
        value, "", "Airflow cannot store a missing value of this type", "Pass None, or leave it out."
    )


def _numpy_scalar(generic: Any) -> _Converter:
    def convert(value: Any) -> Any:
        item = generic.item(value)  # not `value.item()`, which a subclass may override
        kind = type(item)
        if kind in SCALARS:
            try:
                return SCALARS[kind](item)
            except InexactError as error:
                raise InexactError(value, error.detail, error.reason, error.hint) from None
        # Complex numbers and bytes become built-in ones, too. A long double and a record have no such form.
        return item if kind in (complex, bytes) else value

    return convert


def _numpy_time(generic: Any, code: str) -> _Converter:
    def convert(value: Any) -> Any:
        item = generic.item(value)
        if item is None:
            _missing(value)
        if type(item) is int:  # a unit that Python's types do not have
            microseconds = generic.astype(value, f"{code}8[us]")
            item = generic.item(microseconds)
            if type(item) is int or microseconds != value:
                raise _no_python_form(value)
        return item

    return convert


def data_type(kind: type) -> type | None:
    """
    Return which of `str`, `int` and `float` *kind* is derived from.
    """
    return next((base for base in (str, int, float) if issubclass(kind, base)), None)


def _member(kind: Any) -> _Converter:
    data = data_type(kind)
    if data is None:
        return _unchanged
    convert = SCALARS[data]

    def check(value: Any) -> Any:
        content = convert(value)
        # MessagePack takes members of ordinary enumerations only, and of those the value.
        is_ordinary = type(kind) is EnumMeta and type(value._value_) in SCALARS
        if is_ordinary:
            SCALARS[type(value._value_)](value._value_)
        return value if is_ordinary else content

    return check


_Converter: TypeAlias = Callable[[Any], Any]
SCALARS: Final[Mapping[type, _Converter]] = {
    str: _text,
    int: _integer,
    float: _real,
    bool: _unchanged,
    type(None): _unchanged,
    datetime: _unchanged,
    date: _unchanged,
    time: _unchanged,
    timedelta: _unchanged,
}

_SAFE_AS_TEXT: Final = frozenset(SCALARS) | {bytes, bytearray, complex, Decimal, UUID}

_PANDAS: Final[dict[str, _Converter]] = {
    "NaTType": _missing,
    "NAType": _missing,
    "Timestamp": _pandas_moment,
    "Timedelta": _pandas_span,
}
_NUMPY_TIMES: Final = {"datetime64": "M", "timedelta64": "m"}


@lru_cache(maxsize=1024)
def _found_converter(kind: type) -> _Converter | None:
    """
    Return what makes values of *kind* exact; `None` if they are not scalars.
    """
    if kind in SCALARS:
        return SCALARS[kind]
    if issubclass(kind, Enum):
        return _member(kind)
    bases = {(base.__module__.partition(".")[0], _TYPE_NAME.__get__(base)): base for base in kind.__mro__}
    for (package, name), base in bases.items():
        if package == "pandas" and name in _PANDAS:
            return _PANDAS[name]
        if package == "numpy" and name in _NUMPY_TIMES:
            return _numpy_time(bases["numpy", "generic"], _NUMPY_TIMES[name])
        if package == "numpy" and name == "generic":
            return _numpy_scalar(base)
    data = data_type(kind)
    if data is not None:
        return SCALARS[data]
    return _unchanged if container_kind(kind) is None else None


converter_of: Final[Callable[[type], _Converter | None]] = cast("Any", _found_converter)
