"""
Values become exact built-in types, or are refused with a reason.
"""

from __future__ import annotations

import enum
import json
import math
from collections import OrderedDict
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any, NamedTuple

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowkit.model.exact import exact, exact_option, is_exact
from flowkit.model.inexact import InexactError
from flowkit.model.scalars import check_time

np: Any = pytest.importorskip("numpy")
pd: Any = pytest.importorskip("pandas")

LAST_MOMENT = datetime.max  # noqa: DTZ901 - without a time zone, as most users write it
FIRST_MOMENT = datetime.min  # noqa: DTZ901


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


class Whole(int):
    def __int__(self) -> int:
        raise RuntimeError

    __index__ = __repr__ = __int__  # type: ignore[assignment]


class Real(float):
    def __float__(self) -> float:
        raise RuntimeError

    __repr__ = __float__  # type: ignore[assignment]


class Color(str, enum.Enum):
    RED = "red"


class Level(int, enum.Enum):
    HIGH = 3


class Unit(enum.Enum):
    METER = "m"


class Meta(enum.EnumMeta):
    """As the one of Django's choices."""


class Choice(str, enum.Enum, metaclass=Meta):
    FIRST = "first"


class Point(NamedTuple):
    x: Any
    y: Any


@attrs.frozen
class Source:
    table: Any


def same(value: object, expected: object) -> bool:
    return type(value) is type(expected) and value == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Text("a"), "a"),
        (Whole(3), 3),
        (Real(1.5), 1.5),
        (np.float64(3), 3.0),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.uint8(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.bytes_(b"a"), b"a"),
        (np.complex128(1j), 1j),
        (np.datetime64("2026-01-01T00:00:00", "ns"), datetime(2026, 1, 1)),
        (np.timedelta64(3, "s"), timedelta(seconds=3)),
        (np.timedelta64(3_000, "ns"), timedelta(microseconds=3)),
        (pd.Timestamp("2026-01-01", tz="UTC").to_pydatetime(), datetime(2026, 1, 1, tzinfo=timezone.utc)),
        (pd.Timestamp(2026, 1, 1, 3), datetime(2026, 1, 1, 3)),
        (pd.Timedelta("3h"), timedelta(hours=3)),
        (Choice.FIRST, "first"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_scalars_become_built_in_ones(value: object, expected: object) -> None:
    assert same(exact(value), expected)
    assert same(exact_option(value), expected)
    assert exact([value])[0] == expected
    assert type(exact({"key": (value,)})["key"][0]) is type(expected)
    assert exact(Source(value)) == Source(expected)
    assert not is_exact(value) or value is expected or type(value) is type(expected)


def test_keys_become_built_in_ones() -> None:
    changed = exact({Text("a"): 1, (np.int64(1), "b"): 2})
    assert [type(key) for key in changed] == [str, tuple]
    assert type(next(iter(list(changed)[1]))) is int


@pytest.mark.parametrize(
    "member", [Color.RED, Level.HIGH, Unit.METER], ids=lambda member: type(member).__name__
)
def test_members_of_enumerations_stay_in_arguments(member: enum.Enum) -> None:
    assert exact(member) is member
    assert exact([member])[0] is member


def test_members_of_enumerations_are_data_in_options() -> None:
    assert same(exact_option(Color.RED), "red")
    assert same(exact_option([Level.HIGH])[0], 3)
    assert exact_option(Unit.METER) is Unit.METER


NOTHING_TO_CHANGE = [
    None,
    True,
    3,
    2**64 - 1,
    -(2**63),
    1.5,
    "text",
    "ü ∞ 🎈",
    b"bytes",
    LAST_MOMENT,
    timedelta.max,
    [1, "a", {"b": (2, {3})}],
    OrderedDict(a=1),
    Point(1, 2),
    Source("t"),
    SimpleNamespace(a=1),
    object(),
    print,
]


@pytest.mark.parametrize("value", NOTHING_TO_CHANGE, ids=lambda value: type(value).__name__)
def test_what_is_exact_stays_the_same_object(value: object) -> None:
    assert exact(value) is value


class Raising:
    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise RuntimeError

    def _raise(self, *_: object) -> Any:
        raise RuntimeError

    __hash__ = __eq__ = __iter__ = __len__ = __repr__ = __str__ = __bool__ = _raise


class Unreadable(list[int]):
    def __iter__(self) -> Any:
        raise RuntimeError


class Hashless(type):
    def __hash__(cls) -> int:
        raise RuntimeError


class OfHashless(metaclass=Hashless):
    pass


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
DEEP: Any = 1
for _ in range(5000):
    DEEP = [DEEP]


class BadColor(str, enum.Enum):
    BAD = "\udce4"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("a\udce4", "must not be a value of type str that contains a lone surrogate: "),
        ("a\0", "must not be a value of type str that contains a NUL character: PostgreSQL cannot store it"),
        (Text("\udce4"), "must not be a value of type Text that contains a lone surrogate: "),
        (
            2**64,
            "must not be a value of type int with 65 bits: Airflow stores integers from -2**63 to 2**64 - 1",
        ),
        (-(2**63) - 1, "must not be a value of type int with 64 bits: "),
        (10**5000, "must not be a value of type int with 16610 bits: "),
        (Whole(2**64), "must not be a value of type Whole with 65 bits: "),
        (math.nan, "must not be a value of type float that is NaN: "),
        (-math.inf, "must not be a value of type float that is infinite: "),
        (np.float32("nan"), "must not be a value of type float32 that is NaN: "),
        (np.datetime64("NaT"), "must not be a value of type datetime64: "),
        (
            np.datetime64(1, "ns"),
            "must not be a value of type datetime64 that Python's own type cannot hold: ",
        ),
        (
            np.datetime64("300000-01-01"),
            "must not be a value of type datetime64 that Python's own type cannot ",
        ),
        (np.timedelta64(3, "Y"), "must not be a value of type timedelta64 "),
        (pd.NaT, "must not be a value of type NaTType: Airflow cannot store a missing value"),
        (pd.NA, "must not be a value of type NAType: "),
        (pd.Timestamp(1), "must not be a value of type Timestamp that Python's own type cannot hold: "),
        (pd.Timedelta(1), "must not be a value of type Timedelta that Python's own type cannot hold: "),
        (BadColor.BAD, "must not be a value of type BadColor that contains a lone surrogate: "),
        (["\0"], "must not contain a value of type str that contains a NUL character: "),
        ({"\0": 1}, "must not contain a value of type str that contains a NUL character: "),
        ({("a", math.nan): 1}, "must not contain a value of type float that is NaN: "),
        (Source(2**64), "must not contain a value of type int with 65 bits: "),
        (ENDLESS, "must not contain a value of type list that contains itself or is nested too deeply: "),
        (DEEP, "must not contain a value of type list that contains itself or is nested too deeply: "),
        (Unreadable(), "must not be a value of type Unreadable that raises RuntimeError when it is read: "),
        (OfHashless(), "must not be a value of type OfHashless that raises RuntimeError when it is read: "),
    ],
    ids=lambda value: value[:60] if type(value) is str and value.isprintable() else type(value).__name__,
)
def test_what_airflow_cannot_store_is_refused(value: object, why: str) -> None:
    for check in (exact, exact_option):
        with pytest.raises(InexactError) as caught:
            check(value)
        if value is not ENDLESS:
            assert caught.value.why.startswith(why)
        assert caught.value.hint.endswith(".")
    assert not is_exact(value)


def test_objects_that_raise_are_left_alone() -> None:
    value = Raising()
    assert exact(value) is value
    assert exact([value])[0] is value


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (timedelta.max, "that is too long"),
        (timedelta.min, ""),
        (LAST_MOMENT, "that is too far from today"),
        (LAST_MOMENT.replace(tzinfo=timezone.utc), "that is too far from today"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "that is too far from today"),
        (FIRST_MOMENT, ""),
        (datetime(9999, 12, 30), ""),
        (timedelta(days=365_000), ""),
    ],
    ids=str,
)
def test_times_survive_as_seconds_in_options(value: object, what: str) -> None:
    if not what:
        assert exact_option(value) is value
        return
    with pytest.raises(InexactError, match=what):
        exact_option(value)
    with pytest.raises(InexactError, match=what):
        check_time(value)


def test_dates_without_a_time_zone_within_values_are_local() -> None:
    """Airflow asks them for their timestamp, which fails for the first and the last day."""
    with pytest.raises(InexactError, match="that is too far from today"):
        exact_option([FIRST_MOMENT])
    assert exact_option([datetime(1, 1, 3)]) == [datetime(1, 1, 3)]


def test_what_would_be_read_back_raises() -> None:
    with pytest.raises(OverflowError):
        timedelta(seconds=timedelta.max.total_seconds())


def test_names_of_types_are_bounded() -> None:
    kind = type("T" * 1000, (str,), {})
    with pytest.raises(InexactError) as caught:
        exact(kind("\0"))
    assert len(caught.value.why) < 300


_text = st.text(st.characters(), max_size=5)
_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.integers(-9, 9),
    st.floats(),
    _text,
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.builds(Text, _text),
    st.builds(Whole, st.integers(-(2**65), 2**65)),
    st.builds(Real, st.floats()),
    st.builds(np.float64, st.floats()),
    st.builds(np.int64, st.integers(-(2**63), 2**63 - 1)),
    st.builds(np.bool_, st.booleans()),
    st.sampled_from([Color.RED, Level.HIGH, Choice.FIRST]),
)
_keys = st.one_of(_text, st.builds(Text, _text), st.builds(np.str_, st.just("a")))
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_keys, inner, max_size=3)),
    max_leaves=8,
)


def _types(value: object) -> set[type]:
    if type(value) is list:
        return {list}.union(*map(_types, value))
    if type(value) is dict:
        return {dict}.union(*map(_types, value.values()), *map(_types, value))
    return {type(value)}


@given(_values)
def test_results_are_exact_equal_and_encodable(value: Any) -> None:
    try:
        result = exact_option(value)
    except InexactError:
        return
    assert exact_option(result) is result
    assert exact(exact(value)) is exact(value) or exact(value) == value
    assert result == value
    assert _types(result) <= {type(None), bool, int, float, str, list, dict}
    json.dumps(result, allow_nan=False)
    msgspec = pytest.importorskip("msgspec")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(result)) == result


@given(_values)
def test_results_in_arguments_are_encodable(value: Any) -> None:
    try:
        result = exact(value)
    except InexactError:
        return
    assert result == value
    assert _types(result) <= {type(None), bool, int, float, str, list, dict, Color, Level}
    json.dumps(result, allow_nan=False)
    msgspec = pytest.importorskip("msgspec")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(result)) == result
    if is_exact(value):
        assert result is value
