"""
Arguments become exact, wherever they stand; what Airflow cannot store is a problem of the task.
"""

from __future__ import annotations

import enum
import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowkit
from flowkit import Group, Pipeline, branch, each, each_group, each_kwargs, items, over, python, task
from flowkit.model.calls import EachCall
from flowkit.model.exact import exact
from flowkit.model.inexact import MAX_VALUES, InexactError
from flowkit.resolve.rewriter import is_plain
from tests.resolve.locations import mark, problems

np: Any = pytest.importorskip("numpy")

operator: Any = flowkit.operator  # the operators below are none to a type checker
LAST_MOMENT = datetime.max  # noqa: DTZ901 - without a time zone, as most users write it


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""

    template_fields: Any = ()

    def __init__(self, *, task_id: str) -> None: ...


class Shell(BaseOperator):
    """Renders one of its arguments."""

    template_fields = ("command",)

    def __init__(self, command: Any = "", mode: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)


def fn(value: Any = None, other: Any = None) -> Any:
    """What the tasks do."""


class Text(str):
    __slots__ = ()


class Level(str, enum.Enum):
    LOW = "low"


class Point(NamedTuple):
    x: Any


@attrs.frozen
class Source:
    table: Any


@dataclass
class Target:
    table: Any


WRAPS: dict[str, Callable[[Any], Any]] = {
    "itself": lambda value: value,
    "list": lambda value: [value],
    "tuple": lambda value: (value,),
    "set": lambda value: {value},
    "frozenset": lambda value: frozenset({value}),
    "dict": lambda value: {"k": value},
    "key": lambda value: {value: 1},
    "key_in_tuple": lambda value: {("a", value): 1},
    "named_tuple": Point,
    "attrs": Source,
    "dataclass": Target,
    "namespace": lambda value: SimpleNamespace(a=value),
    "ordered": lambda value: OrderedDict(k=value),
    "default": lambda value: defaultdict(list, k=value),
    "proxy": lambda value: MappingProxyType({"k": value}),
    "deep": lambda value: [{"k": (Source([value]),)}],
}


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [leaf for pair in value.items() for part in pair for leaf in _leaves(part)]
    if isinstance(value, list | tuple | set | frozenset):
        return [leaf for item in value for leaf in _leaves(item)]
    if isinstance(value, Source | Target):
        return _leaves(value.table)
    return _leaves(value.a) if isinstance(value, SimpleNamespace) else [value]


def _call(pipeline: Pipeline) -> Any:
    return pipeline.build().tasks[-1].action


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
@pytest.mark.parametrize(
    ("value", "expected"),
    [(np.float64(3.5), 3.5), (np.int64(3), 3), (np.bool_(True), True), (Text("t"), "t"), (np.str_("t"), "t")],
    ids=["float64", "int64", "bool", "Text", "str_"],
)
def test_arguments_become_exact(wrap: Callable[[Any], Any], value: Any, expected: Any) -> None:
    original = wrap(value)
    given = _call(Pipeline("p").task("a", python(fn, original))).args[0]
    assert any(type(leaf) is type(expected) and leaf == expected for leaf in _leaves(given))
    assert not any(type(leaf) is type(value) for leaf in _leaves(given))
    assert any(leaf is value for leaf in _leaves(original)), "the user's own value is left alone"


@pytest.mark.parametrize("wrap", [wrap for name, wrap in WRAPS.items() if "set" not in name])
def test_exact_arguments_are_kept(wrap: Callable[[Any], Any]) -> None:
    value = wrap("text")
    assert _call(Pipeline("p").task("a", python(fn, value))).args[0] is value


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
@pytest.mark.parametrize(
    ("value", "what"),
    [
        (2**64, "a value of type int with 65 bits: Airflow stores integers from -2**63 to 2**64 - 1."),
        (10**5000, "a value of type int with 16610 bits: Airflow stores integers from -2**63 to 2**64 - 1."),
        (math.inf, "a value of type float that is infinite: JSON has no such number."),
        (np.float64("nan"), "a value of type float64 that is NaN: JSON has no such number."),
        (
            "report-\udce4",
            "a value of type str that contains a lone surrogate: Airflow cannot encode it as UTF-8.",
        ),
        ("\0", "a value of type str that contains a NUL character: PostgreSQL cannot store it."),
        (
            PurePosixPath("report-\udce4"),
            "a value of type PurePosixPath whose text contains a lone surrogate: Airflow cannot encode it as UTF-8.",
        ),
        (
            Fraction(10**5000),
            "a value of type Fraction that raises ValueError when it is written as text: Airflow stores it so.",
        ),
    ],
    ids=["65_bits", "5000_digits", "inf", "nan", "surrogate", "nul", "path", "fraction"],
)
def test_what_airflow_cannot_store_is_named(wrap: Callable[[Any], Any], value: Any, what: str) -> None:
    here = mark()
    lines = problems(Pipeline("p").task("a", python(fn, other=wrap(value))))
    assert len(lines) == 1
    assert lines[0].startswith(f"{here(1)}: FK213 Task 'a' gives 'other' of fn {what} ")


BAD = "\udce4"
PLACES: dict[str, Callable[[], Pipeline]] = {
    "positional": lambda: Pipeline("p").task("a", python(fn, BAD)),
    "templated": lambda: Pipeline("p").task("a", operator(Shell, command=BAD)),
    "mapped": lambda: Pipeline("p").task("a", each(fn, over(["x", BAD]))),
    "beside mapped": lambda: Pipeline("p").task("a", each(fn, over(["x"]), BAD)),
    "zipped": lambda: Pipeline("p").task("a", each(fn, over({"x": BAD}))),
    "sets": lambda: Pipeline("p").task("a", each_kwargs(fn, [{"value": BAD}])),
    "beside sets": lambda: Pipeline("p").task("a", each_kwargs(fn, [{"value": 1}], other=BAD)),
    "mapped operator": lambda: Pipeline("p").task("a", operator(Shell, command=over([BAD]))),
    "beside mapped operator": lambda: Pipeline("p").task("a", operator(Shell, command=over(["x"]), mode=BAD)),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_every_argument_is_looked_at(place: Callable[[], Pipeline]) -> None:
    (line,) = problems(place())
    assert "FK213 Task 'a' gives " in line
    assert "a value of type str that contains a lone surrogate" in line


def test_what_groups_are_mapped_over_is_looked_at() -> None:
    def group(value: str) -> Group:
        return Group("g").task("a", python(fn, value))

    here = mark()
    (line,) = problems(Pipeline("p").then(each_group(group, over([BAD]))))
    assert line.startswith(
        f"{here(1)}: FK213 Group 'g' is mapped over a value of type str that contains a lone "
    )


def test_what_is_in_a_text_with_an_output_is_looked_at() -> None:
    first = task("first", python(fn))
    here = mark()
    (line,) = problems(Pipeline("p").then(first).task("a", python(fn, f"{first.output}\udce4")))
    assert line.startswith(f"{here(1)}: FK213 ")


def test_what_fills_a_zip_is_looked_at() -> None:
    first = task("first", python(fn))

    def zipped(fill: Any) -> Pipeline:
        pairs: Any = items.zip(first.output, first.output, fill=fill)
        return Pipeline("p").then(first).task("a", each(fn, over(pairs)))

    (line,) = problems(zipped(BAD))
    assert "FK213 Task 'a' gives 'value' of fn a value of type str" in line
    assert type(_call(zipped(np.float64(1))).mapped["value"].fill) is float


def test_arguments_that_only_the_operator_sees_are_not_refused() -> None:
    """They are converted; whether the operator stores them is known when Airflow has the DAG."""
    call = _call(Pipeline("p").task("a", operator(Shell, mode=[np.float64(1), math.inf])))
    assert call.kwargs["mode"] == [1.0, math.inf]
    assert type(call.kwargs["mode"][0]) is float


@pytest.mark.parametrize("value", [LAST_MOMENT, timedelta.max], ids=lambda value: type(value).__name__)
def test_extreme_times_pass_as_text_but_not_as_numbers(value: Any) -> None:
    assert _call(Pipeline("p").task("a", python(fn, value))).args == (value,)
    for action in (
        each(fn, over([1]), value),
        each(fn, over([value])),
        operator(Shell, command=over(["x"]), mode=value),
    ):
        (line,) = problems(Pipeline("p").task("a", action))
        assert "and cannot read it back" in line


KEPT = [
    Level.LOW,
    Decimal("NaN"),
    Decimal(10**5000),
    UUID(int=3),
    PurePosixPath("/data/ü"),
    b"\xff\0",
    1j,
    range(10**9),
    Fraction(1, 3),
    datetime(2026, 1, 1, 3, 4, 5, 678901),
    2**64 - 1,
    -(2**63),
    "ü ∞ 🎈",
    fn,
    Text,
]


@pytest.mark.parametrize("value", KEPT, ids=lambda value: type(value).__name__)
def test_what_airflow_can_store_is_kept(value: Any) -> None:
    given = _call(Pipeline("p").task("a", python(fn, value, [value])))
    assert given.args[0] is value
    assert given.args[1][0] is value


def _hostile(error: type[BaseException], *names: str, base: type = object) -> Any:
    def fail(*_: Any) -> Any:
        raise error

    members: dict[str, Any] = {name: property(fail) if name == "__class__" else fail for name in names}
    kind: Any = type("Hostile", (base,), members)
    return kind()


@pytest.mark.parametrize(
    "error", [RuntimeError, RecursionError, SystemExit, GeneratorExit, KeyboardInterrupt]
)
@pytest.mark.parametrize(
    ("names", "base"),
    [
        (("__repr__",), object),
        (("__class__",), object),
        (("__hash__", "__eq__", "__repr__"), object),
        (("__iter__",), list),
        (("__iter__", "__len__", "__getitem__"), dict),
        (("__str__", "__repr__"), object),
    ],
    ids=["repr", "class", "eq", "list", "dict", "str"],
)
def test_no_exception_of_an_object_escapes(
    error: type[BaseException], names: tuple[str, ...], base: type
) -> None:
    value = _hostile(error, *names, base=base)
    pipeline = Pipeline("p").task("a", python(fn, value)).task("b", python(fn, [{"k": value}]))
    for line in problems(pipeline):
        assert "FK204" in line or "FK213" in line
        assert "Hostile" in line


def test_endless_values_are_named() -> None:
    endless: Any = {}
    endless["k"] = [endless]
    for action in (python(fn, endless), each(fn, over([endless])), each_kwargs(fn, [{"value": endless}])):
        (line,) = problems(Pipeline("p").task("a", action))
        assert "FK204" in line
        assert "contains itself or is nested too deeply" in line


def test_values_that_repeat_without_end_are_named() -> None:
    value: Any = [1]
    for _ in range(60):
        value = [value, value]
    (line,) = problems(Pipeline("p").task("a", python(fn, value)))
    assert f"a value of type list with more than {MAX_VALUES:,} values" in line


@given(
    st.one_of(
        st.text(st.characters()),
        st.integers(-(2**66), 2**66),
        st.floats(),
        st.booleans(),
        st.none(),
        st.builds(np.float64, st.floats()),
        st.builds(Text, st.text(st.characters())),
        st.datetimes(),
        st.timedeltas(),
    )
)
def test_the_fast_path_passes_only_what_is_exact(value: Any) -> None:
    try:
        is_kept = exact(value) is value
    except InexactError:
        is_kept = False
    has_token = isinstance(value, str) and any(0x100000 <= ord(char) <= 0x1000FF for char in value)
    assert is_plain(value) == (is_kept and not has_token)


def test_mapped_calls_become_exact() -> None:
    call = _call(Pipeline("p").task("a", each(fn, over([np.int64(1)]), other=np.float64(2))))
    assert isinstance(call, EachCall)
    assert type(call.mapped["value"][0]) is int
    assert type(call.call.kwargs["other"]) is float


def test_keys_of_branches_become_exact() -> None:
    """What the function returns is compared with them; `str()` of a member is another string."""
    targets: dict[Any, Any] = {Text("a"): task("x"), Level.LOW: task("y")}
    chosen: Any = branch(fn).to(targets)
    action: Any = Pipeline("p").task("b", chosen).build().tasks[0].action
    assert list(action.routes) == ["a", "low"]
    assert {type(key) for key in action.routes} == {str}


def test_keys_of_branches_that_nobody_can_write_are_named() -> None:
    targets: dict[Any, Any] = {"\udce4": task("x")}
    chosen: Any = branch(fn).to(targets)
    (line,) = problems(Pipeline("p").task("b", chosen))
    assert (
        "FK008 A key in branch(fn, …).to() must not be a value of type str that contains a lone surrogate"
        in line
    )
