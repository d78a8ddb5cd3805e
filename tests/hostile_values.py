"""
Values that teams really have, and values that fail in everything one may ask of them.
"""

# ruff: noqa: DTZ901, PLE0303, PLE0304, PLE0307, PLE0309 - values that are wrong on purpose

from __future__ import annotations

import asyncio
import functools
import math
import threading
import types
import uuid
from collections import OrderedDict, UserDict, defaultdict, namedtuple
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum, Flag, IntEnum, IntFlag
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import MagicMock
from zoneinfo import ZoneInfo

import attrs

Make = Callable[[], Any]


class Text(str):
    """What libraries return as text: markup, a quoted scalar of a YAML file."""

    __slots__ = ()


class Integer(int):
    """What libraries return as an integer."""


class Real(float):
    """What libraries return as a number."""


class Moment(datetime):
    """What libraries return as a date."""


class Span(timedelta):
    """What libraries return as a duration."""


class Items(list):  # type: ignore[type-arg]
    """What libraries return as a list."""


class Table(dict):  # type: ignore[type-arg]
    """What libraries return as a mapping."""


class Row(tuple):  # type: ignore[type-arg]
    """What libraries return as a tuple."""

    __slots__ = ()


class Bag(set):  # type: ignore[type-arg]
    """What libraries return as a set."""


class Colour(Enum):
    """A plain enumeration."""

    RED = "red"


class Word(str, Enum):
    """An enumeration of texts."""

    RED = "red"


class Level(IntEnum):
    """An enumeration of numbers."""

    HIGH = 3


class Rights(Flag):
    """Flags."""

    READ = 1
    WRITE = 2


class Bits(IntFlag):
    """Flags that are numbers."""

    READ = 1
    WRITE = 2


class Held(Enum):
    """An enumeration of objects."""

    OBJECT = object()


Pair = namedtuple("Pair", "first second")  # noqa: PYI024 - both kinds exist


class Named(NamedTuple):
    """A tuple whose items have names."""

    first: Any = 1


@attrs.frozen
class Record:
    """A record."""

    value: Any = None


@attrs.define
class Cell:
    """A record that may hold itself."""

    value: Any = None


class Fails:
    """Fails in everything that one may ask of it."""

    def _fail(self, *_: Any) -> Any:
        raise RuntimeError("no answer")

    __repr__ = __str__ = __eq__ = __ne__ = __hash__ = __bool__ = __len__ = __iter__ = __getattr__ = _fail
    __getitem__ = __contains__ = __call__ = __lt__ = __le__ = __gt__ = __ge__ = __float__ = __int__ = _fail
    __reversed__ = __enter__ = __copy__ = __deepcopy__ = __format__ = __rshift__ = __lshift__ = _fail
    __rrshift__ = __rlshift__ = __index__ = __fspath__ = __await__ = __reduce_ex__ = __getstate__ = _fail


def _one_that_fails(method: str, error: BaseException | None = None, base: type = object) -> Make:
    def fail(*_: Any, **__: Any) -> Any:
        raise type(error)() if error else RuntimeError("no answer")

    return type(f"Fails{method.strip('_').title()}", (base,), {method: fail})


class LiesAboutItsClass:
    """Fails when it is asked for its class."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise RuntimeError("no class")


class Pretends:
    """Says that it is a text."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return str


class Wrong:
    """Answers with values of the wrong type."""

    def __str__(self) -> Any:
        return 3

    def __repr__(self) -> Any:
        return None

    def __len__(self) -> Any:
        return -1

    def __hash__(self) -> Any:
        return "x"

    def __bool__(self) -> Any:
        return 2


class Anything:
    """Has every attribute, each like itself."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *_: Any, **__: Any) -> Any:
        return Anything()


class Meta(type):
    """The class of classes that have no text."""

    def __repr__(cls) -> str:
        raise RuntimeError("no text")

    def __getattribute__(cls, name: str) -> Any:
        if name in {"__name__", "__qualname__", "__module__"}:
            raise RuntimeError("no name")
        return super().__getattribute__(name)


class Nameless(metaclass=Meta):
    """A class without a name."""


class LoudText(str):
    """A text that fails when it is read."""

    __slots__ = ()

    def _no_answer(self, *_: Any) -> Any:
        raise RuntimeError("no answer")

    _fail: Any = _no_answer
    __repr__ = __str__ = __hash__ = __eq__ = __iter__ = __len__ = __getitem__ = __format__ = encode = _fail
    startswith = strip = split = lower = isidentifier = replace = __add__ = __contains__ = _fail


class LoudList(list):  # type: ignore[type-arg]
    """A list that fails when it is read."""

    def _fail(self, *_: Any) -> Any:
        raise RuntimeError("no answer")

    __iter__ = __len__ = __getitem__ = __contains__ = __repr__ = __eq__ = __bool__ = _fail


class LoudTable(dict):  # type: ignore[type-arg]
    """A mapping that fails when it is read."""

    def _fail(self, *_: Any) -> Any:
        raise RuntimeError("no answer")

    __iter__ = __len__ = __getitem__ = __contains__ = __repr__ = items = keys = values = get = __eq__ = _fail


class LoudInteger(int):
    """A number that fails when it is used."""

    def _fail(self, *_: Any) -> Any:
        raise RuntimeError("no answer")

    __repr__ = __str__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __hash__ = __bool__ = __index__ = _fail
    __int__ = __float__ = __format__ = bit_length = _fail


class NoOffset(tzinfo):
    """A time zone that fails."""

    def utcoffset(self, when: datetime | None) -> Any:
        raise RuntimeError("no offset")

    def dst(self, when: datetime | None) -> Any:
        raise RuntimeError("no offset")

    def tzname(self, when: datetime | None) -> Any:
        raise RuntimeError("no name")


class NoZone(tzinfo):
    """A time zone without an offset."""

    def utcoffset(self, when: datetime | None) -> Any:
        return None

    def dst(self, when: datetime | None) -> Any:
        return None

    def tzname(self, when: datetime | None) -> Any:
        return None


def _self_holding_list() -> Any:
    items: list[Any] = []
    items.append(items)
    return items


def _self_holding_dict() -> Any:
    table: dict[str, Any] = {}
    table["self"] = table
    return table


def _self_holding_record() -> Any:
    cell = Cell()
    cell.value = cell
    return cell


def _deep() -> Any:
    items: list[Any] = []
    for _ in range(5_000):
        items = [items]
    return items


def _closed_coroutine() -> Any:
    async def wait() -> None: ...

    coroutine = wait()
    coroutine.close()
    return coroutine


def _closed_file() -> Any:
    with Path(__file__).open(encoding="utf-8") as file:
        return file


def _bytes_that_are_no_text() -> Any:
    return b"\xff\x00"


NUMBERS: dict[str, Make] = {
    "int_subclass": lambda: Integer(3),
    "float_subclass": lambda: Real(1.5),
    "int_enum": lambda: Level.HIGH,
    "int_flag": lambda: Bits.READ | Bits.WRITE,
    "int_of_65_bits": lambda: 2**64,
    "int_of_65_negative_bits": lambda: -(2**63) - 1,
    "int_of_64_bits": lambda: 2**64 - 1,
    "int_of_5000_digits": lambda: 10**5000,
    "int_of_5000_negative_digits": lambda: -(10**5000),
    "nan": lambda: math.nan,
    "infinity": lambda: math.inf,
    "minus_infinity": lambda: -math.inf,
    "minus_zero": lambda: -0.0,
    "smallest_float": lambda: 5e-324,
    "decimal": lambda: Decimal("1.5"),
    "decimal_nan": lambda: Decimal("snan"),
    "fraction": lambda: Fraction(1, 3),
    "complex": lambda: 1 + 2j,
    "loud_integer": lambda: LoudInteger(3),
    "true": lambda: True,
    "minus_one": lambda: -1,
}
TEXTS: dict[str, Make] = {
    "text_subclass": lambda: Text("a"),
    "text_enum": lambda: Word.RED,
    "surrogate": lambda: "x \udce4 y",
    "surrogate_in_name": lambda: "x\udce4",
    "zero_byte": lambda: "a\0b",
    "empty": lambda: "",
    "blank": lambda: "  ",
    "long": lambda: "x" * 100_000,
    "long_id": lambda: "x" * 251,
    "emoji": lambda: "\U0001f600",
    "right_to_left": lambda: "a\u202eb",
    "line_breaks": lambda: "a\r\nb\u2028c",
    "broken_template": lambda: "{{ x",
    "template": lambda: "{{ ds }}",
    "number_as_text": lambda: "3",
    "loud_text": lambda: LoudText("a"),
    "bytes": _bytes_that_are_no_text,
    "bytearray": lambda: bytearray(b"a"),
    "memoryview": lambda: memoryview(b"a"),
    "path": lambda: Path("a"),
    "path_not_utf8": lambda: Path("x-\udce4.csv"),
    "uuid": lambda: uuid.UUID(int=1),
}
TIMES: dict[str, Make] = {
    "last_moment": lambda: datetime.max,
    "first_moment": lambda: datetime.min,
    "last_aware_moment": lambda: datetime.max.replace(tzinfo=timezone.utc),
    "moment_after_the_last": lambda: datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
    "moment_before_the_first": lambda: datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    "far_moment": lambda: datetime(9000, 1, 1, tzinfo=timezone.utc),
    "early_moment": lambda: datetime(1, 1, 2, tzinfo=ZoneInfo("Europe/Berlin")),
    "moment_subclass": lambda: Moment(2026, 1, 1),
    "zone_with_seconds": lambda: datetime(2026, 1, 1, tzinfo=timezone(timedelta(seconds=1))),
    "zone_with_name": lambda: datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1), "x\udce4")),
    "zone_that_fails": lambda: datetime(2026, 1, 1, tzinfo=NoOffset()),
    "zone_without_offset": lambda: datetime(2026, 1, 1, tzinfo=NoZone()),
    "longest_duration": lambda: timedelta.max,
    "shortest_duration": lambda: timedelta.min,
    "duration_subclass": lambda: Span(hours=1),
    "negative_duration": lambda: timedelta(seconds=-1),
    "microsecond": lambda: timedelta(days=10**6, microseconds=1),
    "date": lambda: date(2026, 1, 1),
    "time": lambda: time(12),
    "zone": lambda: ZoneInfo("Europe/Berlin"),
    "utc": lambda: timezone.utc,
}
CONTAINERS: dict[str, Make] = {
    "list_subclass": lambda: Items([1]),
    "dict_subclass": lambda: Table(a=1),
    "tuple_subclass": lambda: Row((1,)),
    "set_subclass": lambda: Bag([1]),
    "named_tuple": lambda: Pair(1, 2),
    "typed_named_tuple": lambda: Named(Fails()),
    "default_dict": lambda: defaultdict(list, a=[1]),
    "ordered_dict": lambda: OrderedDict(a=1),
    "user_dict": lambda: UserDict(a=1),
    "mapping_proxy": lambda: types.MappingProxyType({"a": 1}),
    "dict_of_numbers": lambda: {1: 2},
    "dict_of_tuples": lambda: {(1, 2): 3},
    "dict_of_mixed_keys": lambda: {1: 1, "a": 2, None: 3},
    "dict_of_surrogates": lambda: {"\udce4": 1},
    "dict_of_text_subclass": lambda: {Text("a"): 1},
    "set": lambda: {"a", "b"},
    "mixed_set": lambda: {"a", 1, None},
    "frozen_set": lambda: frozenset({"a"}),
    "range": lambda: range(3),
    "generator": lambda: (number for number in range(3)),
    "iterator": lambda: iter([1]),
    "list_in_itself": _self_holding_list,
    "dict_in_itself": _self_holding_dict,
    "record_in_itself": _self_holding_record,
    "deep_list": _deep,
    "list_of_failures": lambda: [Fails()],
    "dict_of_failures": lambda: {"a": {"b": (Fails(),)}},
    "loud_list": lambda: LoudList([1]),
    "loud_dict": lambda: LoudTable(a=1),
    "record": Record,
    "record_of_failure": lambda: Record([Fails()]),
    "record_of_surrogate": lambda: Record("\udce4"),
    "airflows_encoding": lambda: {"__type": "datetime", "__var": "x"},
    "user_dict_of_encoding": lambda: {"__type": "no such type", "__var": {}},
    "none": lambda: None,
}
OBJECTS: dict[str, Make] = {
    "object": object,
    "fails": Fails,
    "fails_in_repr": _one_that_fails("__repr__"),
    "exits_in_repr": _one_that_fails("__repr__", SystemExit(3)),
    "interrupts_in_repr": _one_that_fails("__repr__", KeyboardInterrupt()),
    "cancels_in_repr": _one_that_fails("__repr__", asyncio.CancelledError()),
    "fails_in_str": _one_that_fails("__str__"),
    "fails_in_eq": _one_that_fails("__eq__"),
    "exits_in_eq": _one_that_fails("__eq__", SystemExit(3)),
    "fails_in_hash": _one_that_fails("__hash__"),
    "exits_in_hash": _one_that_fails("__hash__", SystemExit(3)),
    "fails_in_iter": _one_that_fails("__iter__"),
    "exits_in_iter": _one_that_fails("__iter__", SystemExit(3)),
    "fails_in_bool": _one_that_fails("__bool__"),
    "exits_in_bool": _one_that_fails("__bool__", SystemExit(3)),
    "fails_in_len": _one_that_fails("__len__"),
    "fails_in_getattr": _one_that_fails("__getattr__"),
    "exits_in_getattr": _one_that_fails("__getattr__", SystemExit(3)),
    "fails_in_call": _one_that_fails("__call__"),
    "lies_about_its_class": LiesAboutItsClass,
    "pretends_to_be_text": Pretends,
    "wrong_answers": Wrong,
    "anything": Anything,
    "mock": MagicMock,
    "nameless_class": lambda: Nameless,
    "nameless_object": Nameless,
    "class": lambda: Record,
    "builtin_class": lambda: dict,
    "enum_member": lambda: Colour.RED,
    "flag": lambda: Rights.READ | Rights.WRITE,
    "enum_of_object": lambda: Held.OBJECT,
    "lambda": lambda: lambda: None,
    "builtin": lambda: len,
    "partial": lambda: functools.partial(print, "a"),
    "bound_method": lambda: Anything().anything,
    "module": lambda: types,
    "nameless_module": lambda: types.ModuleType("x\udce4"),
    "lock": threading.Lock,
    "closed_file": _closed_file,
    "coroutine": _closed_coroutine,
    "error": lambda: RuntimeError("a"),
    "ellipsis": lambda: ...,
    "not_implemented": lambda: NotImplemented,
    "property": lambda: property(),  # noqa: PLW0108 - a new one each time
    "generic_alias": lambda: list[int],
    "code": lambda: _deep.__code__,
}


def _of_numpy() -> dict[str, Make]:
    np: Any = import_module("numpy")

    return {
        "numpy_float": lambda: np.float64(3),
        "numpy_small_float": lambda: np.float32(0.1),
        "numpy_nan": lambda: np.float64("nan"),
        "numpy_int": lambda: np.int64(3),
        "numpy_unsigned": lambda: np.uint64(2**64 - 1),
        "numpy_bool": lambda: np.bool_(True),
        "numpy_text": lambda: np.str_("a"),
        "numpy_bytes": lambda: np.bytes_(b"a"),
        "numpy_date": lambda: np.datetime64("2026-01-01"),
        "numpy_duration": lambda: np.timedelta64(1, "h"),
        "numpy_array": lambda: np.array([1, 2]),
        "numpy_scalar_array": lambda: np.array(1),
        "numpy_array_of_objects": lambda: np.array([object(), None]),
    }


def _of_pandas() -> dict[str, Make]:
    pd: Any = import_module("pandas")

    return {
        "pandas_moment": lambda: pd.Timestamp("2026-01-01"),
        "pandas_aware_moment": lambda: pd.Timestamp("2026-01-01", tz="Europe/Berlin"),
        "pandas_nanoseconds": lambda: pd.Timestamp("2026-01-01 00:00:00.000000001"),
        "pandas_duration": lambda: pd.Timedelta("1h"),
        "pandas_no_moment": lambda: pd.NaT,
        "pandas_missing": lambda: pd.NA,
        "pandas_column": lambda: pd.Series([1, 2]),
        "pandas_frame": lambda: pd.DataFrame({"a": [1]}),
        "pandas_interval": lambda: pd.Interval(0, 1),
        "pandas_category": lambda: pd.Categorical(["a"]),
    }


LIBRARIES: dict[str, Make] = {
    **(_of_numpy() if find_spec("numpy") else {}),
    **(_of_pandas() if find_spec("pandas") else {}),
}
"""Values of libraries that need not be installed."""

VALUES: dict[str, Make] = {**NUMBERS, **TEXTS, **TIMES, **CONTAINERS, **OBJECTS, **LIBRARIES}
"""All of them, by name: functions, since some are used up by the first who reads them."""
