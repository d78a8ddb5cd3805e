"""
Values as Airflow can store them: exact built-in types within the limits of its formats.

Airflow's processor sends each DAG as MessagePack, which takes `str`, `int` and `float` but none of their subclasses, no
lone surrogates, and integers of 64 bits. Its database stores JSON, which has no NaN, and text, which has no NUL in
PostgreSQL. One value outside of these limits loses all DAGs of its file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum, EnumMeta
from functools import lru_cache
from math import isfinite
from typing import Any, Final, TypeAlias, cast, final

from flowkit.model.values import INSIDE, ContainerKind, Contents, container_kind, fold, rebuilt

_MIN_INT: Final = -(2**63)
_MAX_INT: Final = 2**64 - 1
_MAX_TYPE_NAME_LENGTH: Final = 80

# Between them, no time zone leads out of the calendar.
_EARLIEST_YEAR: Final = 1
_LATEST_YEAR: Final = 9999


@final
class InexactError(Exception):
    """
    A value that Airflow cannot store. Never leaves flowkit: callers report it as a problem.
    """

    def __init__(self, value: object, what: str, reason: str, hint: str) -> None:
        super().__init__(what)
        self.what = f"a value of type {type_name(type(value))} {what}".rstrip()
        """The value, as `a value of type int with 65 bits`; never its text, which may be a secret."""

        self.reason = reason
        """Why Airflow cannot store it: a clause without a full stop."""

        self.hint = hint
        """What to do about it: a sentence."""

        self.nested = False
        """Whether the value is inside the one that was given to `exact`."""

    @property
    def why(self) -> str:
        """
        The end of a sentence that begins with the name of an option: `must not be a value of type …: …`, no full stop.
        """
        return f"must not {'contain' if self.nested else 'be'} {self.what}: {self.reason}"


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
    if kind is bool or value is None or (kind is str and value.isascii() and "\0" not in value):
        return value
    return _exact(value, _option_leaf)


def is_exact(value: object) -> bool:
    """
    Return whether *value* is a scalar that `exact` returns unchanged. Containers and unknown objects are not.
    """
    kind = type(value)
    if kind is str:
        text = cast("str", value)
        return (text.isascii() or _is_unicode(text)) and "\0" not in text
    if kind is int:
        return _MIN_INT <= cast("int", value) <= _MAX_INT
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
        convert = _converter(type(value))
        return INSIDE if convert is None else convert(value)
    except InexactError:
        raise
    except Exception as error:  # noqa: BLE001 - a user's own class may do anything
        raise _unreadable(value, error) from None


def check_time(value: Any) -> None:
    """
    Check that a date or a timedelta can be stored as a number of seconds. Other values pass.

    Raises:
        InexactError: If Airflow could not write or read it.
    """
    kind = type(value)
    if issubclass(kind, timedelta):
        _check_span(value)
    elif issubclass(kind, datetime):
        _check_moment(value)


def type_name(kind: type) -> str:
    """
    Return the name of *kind*, for messages. It is bounded, and nothing of the user's runs.
    """
    name = cast("str", type.__dict__["__name__"].__get__(kind))
    return name if len(name) <= _MAX_TYPE_NAME_LENGTH else f"{name[:_MAX_TYPE_NAME_LENGTH]}…"


def _exact(value: Any, leaf: Callable[[Any], Any]) -> Any:
    def convert(item: Any) -> Any:
        try:
            return leaf(item)
        except InexactError as error:
            error.nested = item is not value
            raise

    def join(container: Any, contents: Contents, items: list[Any]) -> Any:
        if contents.kind is not ContainerKind.MAPPING:
            return rebuilt(container, contents, items)
        keys = [fold(key, convert, rebuilt, fail) for key in contents.keys]
        return rebuilt_mapping(container, contents, keys, items)

    def fail(container: Any, error: Exception | None) -> Any:
        if isinstance(error, InexactError):
            raise error
        failure = _unreadable(container, error)
        failure.nested = container is not value
        raise failure from None

    return fold(value, convert, join, fail)


def rebuilt_mapping(mapping: Any, contents: Contents, keys: list[Any], items: list[Any]) -> Any:
    """
    Return *mapping* with *keys* and *items* in place of its own; *mapping* itself when they are the same.
    """
    if all(new is old for new, old in zip(keys, contents.keys, strict=True)):
        return rebuilt(mapping, contents, items)
    return dict(zip(keys, items, strict=True))


def _unreadable(container: Any, error: Exception | None) -> InexactError:
    if error is None:
        what = "that contains itself or is nested too deeply"
        return InexactError(container, what, "Airflow cannot store it", "Pass plain values.")
    what = f"that raises {type_name(type(error))} when it is read"
    return InexactError(container, what, "Airflow cannot store it", "Pass plain values.")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(value: str) -> str:
    text = value if type(value) is str else str.__str__(value)
    if not text.isascii() and not _is_unicode(text):
        reason = "Airflow cannot encode it as UTF-8"
        hint = 'Such strings come from bytes that are not UTF-8: decode them with errors="replace".'
        raise InexactError(value, "that contains a lone surrogate", reason, hint)
    if "\0" in text:
        raise InexactError(value, "that contains a NUL character", "PostgreSQL cannot store it", "Remove it.")
    return text


def _integer(value: int) -> int:
    number = value if type(value) is int else int.__int__(value)
    if not _MIN_INT <= number <= _MAX_INT:
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
    try:
        timedelta(seconds=timedelta.total_seconds(value))
    except OverflowError:
        reason = "Airflow stores it as a number of seconds, and cannot read it back"
        raise InexactError(value, "that is too long", reason, "Choose a shorter one.") from None


def _check_moment(value: datetime) -> None:
    if _EARLIEST_YEAR < datetime.year.__get__(value) < _LATEST_YEAR:
        return
    moment = _plain_moment(value)
    try:
        # Airflow takes one without a time zone to be in its own default zone, which is seldom far from UTC.
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
        datetime.fromtimestamp(aware.timestamp(), timezone.utc)
    except Exception:  # noqa: BLE001 - a tzinfo of the user's may do anything
        reason = "Airflow stores it as the seconds since 1970, and cannot read it back"
        hint = "Choose a date well within the years 1 to 9999."
        raise InexactError(value, "that is too far from today", reason, hint) from None


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
        if kind in _SCALARS:
            return _SCALARS[kind](item)
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


def _member(kind: Any) -> _Converter:
    data = next((base for base in (str, int, float) if issubclass(kind, base)), None)
    if data is None:
        return _unchanged
    convert = _SCALARS[data]

    def check(value: Any) -> Any:
        content = convert(value)
        # MessagePack takes members of ordinary enumerations only, and of those the value.
        is_ordinary = type(kind) is EnumMeta and type(value._value_) in _SCALARS
        if is_ordinary:
            _SCALARS[type(value._value_)](value._value_)
        return value if is_ordinary else content

    return check


def _option_leaf(value: Any) -> Any:
    kind = type(value)
    if issubclass(kind, Enum):
        data = next((base for base in (str, int, float) if issubclass(kind, base)), None)
        return value if data is None else _SCALARS[data](value)
    changed = exact_leaf(value)
    check_time(changed)
    return changed


_Converter: TypeAlias = Callable[[Any], Any]
_SCALARS: Final[dict[type, _Converter]] = {
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
    if kind in _SCALARS:
        return _SCALARS[kind]
    if issubclass(kind, Enum):
        return _member(kind)
    bases = {(base.__module__.partition(".")[0], type_name(base)): base for base in kind.__mro__}
    for (package, name), base in bases.items():
        if package == "pandas" and name in _PANDAS:
            return _PANDAS[name]
        if package == "numpy" and name in _NUMPY_TIMES:
            return _numpy_time(bases["numpy", "generic"], _NUMPY_TIMES[name])
        if package == "numpy" and name == "generic":
            return _numpy_scalar(base)
    for base in (str, int, float):
        if issubclass(kind, base):
            return _SCALARS[base]
    return _unchanged if container_kind(kind) is None else None


_converter: Final[Callable[[type], _Converter | None]] = cast("Any", _found_converter)
