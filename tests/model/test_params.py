"""
Tests of `flowkit.model.params`: what the types of fields say to Airflow's trigger form, and the way back.
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum
from typing import Annotated, Any, Literal, Optional, Union

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowkit.base.recording import RefusedError
from flowkit.model.form import Form
from flowkit.model.params import MISSING, ParamField, fields_of, from_values, is_params_class
from tests.recorded import refused

np: Any = pytest.importorskip("numpy")


class Mode(Enum):
    FAST = "fast"
    SAFE = "safe"


class Row:
    """A class that no form has a field for."""


def options(hint: Any, default: Any = MISSING) -> type[Any]:
    """
    Return a params class with one field, `it`.
    """
    made = type(
        "Options", (), {"__annotations__": {"it": hint}, **({} if default is MISSING else {"it": default})}
    )
    return attrs.frozen(made)


def field_of(hint: Any, default: Any = MISSING) -> ParamField:
    (found,) = fields_of(options(hint, default))
    return found


def schema(hint: Any) -> Mapping[str, Any]:
    return field_of(hint).schema


SCHEMAS: list[tuple[Any, dict[str, Any]]] = [
    (bool, {"type": "boolean"}),
    (int, {"type": "integer"}),
    (float, {"type": "number"}),
    (str, {"type": "string"}),
    (datetime, {"type": "string", "format": "date-time"}),
    (date, {"type": "string", "format": "date"}),
    (time, {"type": "string", "format": "time"}),
    (timedelta, {"type": "string", "format": "duration"}),
    (dict, {"type": "object"}),
    (Mapping[str, int], {"type": "object"}),
    (list, {"type": "array"}),
    (Sequence[str], {"type": "array"}),
    (Collection[int], {"type": "array", "items": {"type": "integer"}}),
    (tuple[float, ...], {"type": "array", "items": {"type": "number"}}),
    (tuple[int, str], {"type": "array"}),
    (frozenset[date], {"type": "array", "items": {"type": "string", "format": "date"}}),
    (Any, {}),
    (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
    (Literal[1, "all"], {"type": ["integer", "string"], "enum": [1, "all"]}),
    (Literal["a", None], {"type": ["string", "null"], "enum": ["a", None]}),  # noqa: PYI061
    (Mode, {"type": "string", "enum": ["fast", "safe"]}),
]


@pytest.mark.parametrize(("hint", "expected"), SCHEMAS)
def test_what_a_type_says(hint: Any, expected: dict[str, Any]) -> None:
    """Each type has its JSON schema, also behind `Annotated`."""
    assert schema(hint) == expected
    assert schema(Annotated[hint, "a note of somebody else"]) == expected


UNIONS: list[tuple[Any, dict[str, Any]]] = [
    (int | str, {"type": ["integer", "string"]}),
    (str | None, {"type": ["string", "null"]}),
    (None | str, {"type": ["null", "string"]}),
    (Optional[time], {"type": ["string", "null"], "format": "time"}),  # noqa: UP045
    (Union[bool, str, None], {"type": ["boolean", "string", "null"]}),  # noqa: UP007
    (str | date, {"type": "string"}),
    (int | date, {"type": ["integer", "string"], "format": "date"}),
    (list[int] | None, {"type": ["array", "null"], "items": {"type": "integer"}}),
    (Literal["a", "b"] | None, {"type": ["string", "null"], "enum": ["a", "b", None]}),
    (Mode | None, {"type": ["string", "null"], "enum": ["fast", "safe", None]}),
    (Literal["all"] | int, {"type": ["string", "integer"], "examples": ["all"]}),
    (Any | None, {}),
]


@pytest.mark.parametrize(("hint", "expected"), UNIONS)
def test_what_a_union_says(hint: Any, expected: dict[str, Any]) -> None:
    """Types in the order of the annotation, each once; what only one part demands must not refuse the others."""
    assert schema(hint) == expected


def test_what_a_form_says() -> None:
    """Each word of `Form` has its word in JSON schema; the description is a word of Airflow's own."""
    form = Form(
        title="T", description="D", description_md="**D**", section="S", minimum=1, maximum=2, min_length=3,
        max_length=4, pattern="p", format="f", choices=(1, None), examples=("x",), labels={1: "one", None: "none"},
        items={"type": "number"}, const=1, extra={"multipleOf": 5},
    )  # fmt: skip

    assert field_of(Annotated[int, form], 1) == ParamField(
        "it",
        1,
        {
            "type": "integer", "title": "T", "description_md": "**D**", "section": "S", "minimum": 1, "maximum": 2,
            "minLength": 3, "maxLength": 4, "pattern": "p", "format": "f", "enum": [1, None], "examples": ["x"],
            "values_display": {1: "one", None: "none"}, "items": {"type": "number"}, "const": 1, "multipleOf": 5,
        },
        "D",
    )  # fmt: skip


def test_a_form_can_hide_the_type() -> None:
    """Without a type any JSON will do, and any type of field."""
    assert schema(Annotated[int, Form(untyped=True)]) == {}
    assert schema(Annotated[Row, Form(untyped=True, title="T")]) == {"title": "T"}


def test_a_form_can_name_the_param() -> None:
    """A param may have a name that no field can have."""
    hint = Annotated[int, Form(name="two words")]

    assert field_of(hint).name == "two words"
    assert from_values(options(hint), {"two words": 3}).it == 3


DEFAULTS: list[tuple[Any, Any]] = [
    (None, None),
    (3, 3),
    (("a", "b"), ["a", "b"]),
    ({"a": (date(2026, 1, 2),)}, {"a": ["2026-01-02"]}),
    (datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc), "2026-01-02T03:04:00+00:00"),
    (time(3, 4), "03:04:00"),
    (Mode.SAFE, "safe"),
    (timedelta(0), "PT0S"),
    (timedelta(minutes=15), "PT15M"),
    (timedelta(days=1, hours=2), "P1DT2H"),
    (timedelta(weeks=2), "P14D"),
    (timedelta(seconds=1, microseconds=500_000), "PT1.5S"),
    (timedelta(microseconds=1), "PT0.000001S"),
]


@pytest.mark.parametrize(("default", "expected"), DEFAULTS)
def test_defaults_are_json(default: Any, expected: Any) -> None:
    """Airflow stores defaults as JSON."""
    assert field_of(Any, default).default == expected


def test_fields_without_a_default_are_required() -> None:
    """A factory is a default; what the constructor does not take is no param."""

    @attrs.frozen(kw_only=True)
    class Attrs:
        names: list[str] = attrs.field(factory=lambda: ["a"])
        count: int
        total: int = attrs.field(init=False, default=0)

    @dataclasses.dataclass
    class Data:
        count: int
        names: list[str] = dataclasses.field(default_factory=lambda: ["a"])
        total: int = dataclasses.field(init=False, default=0)

    for cls in (Attrs, Data):
        assert {field.name: field.default for field in fields_of(cls)} == {"names": ["a"], "count": MISSING}
        assert from_values(cls, {"count": 1, "names": ["b"], "total": 7}).total == 0


VALUES: list[tuple[Any, Any, Any]] = [
    (int, 3, 3),
    (datetime, "2026-01-02T03:04:00Z", datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc)),
    (date | None, "2026-01-02", date(2026, 1, 2)),
    (date | None, None, None),
    (Optional[time], "03:04:00", time(3, 4)),  # noqa: UP045
    (str | date, "2026-01-02", "2026-01-02"),
    (timedelta, "P1W", timedelta(weeks=1)),
    (timedelta, "P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    (Mode, "safe", Mode.SAFE),
    (Mode | None, None, None),
    (Literal["a", "b"], "a", "a"),
    (list[date], ["2026-01-02"], [date(2026, 1, 2)]),
    (Annotated[tuple[Mode, ...], "note"], ["fast"], (Mode.FAST,)),
    (frozenset[int] | None, [1, 2], frozenset({1, 2})),
    (Mapping[str, timedelta], {"a": "PT1S"}, {"a": timedelta(seconds=1)}),
    (dict, {"a": "PT1S"}, {"a": "PT1S"}),
    (str | Mapping[str, Any], {"a": [1]}, {"a": [1]}),
    (str | Mapping[str, Any], "a", "a"),
    (list, ["2026-01-02"], ["2026-01-02"]),
    (Any, [1], [1]),
]


@pytest.mark.parametrize(("hint", "value", "expected"), VALUES)
def test_a_task_gets_what_the_annotation_says(hint: Any, value: Any, expected: Any) -> None:
    """The JSON of a run becomes an instance, field by field."""
    got = from_values(options(hint), {"it": value, "another": 1}).it

    assert got == expected
    assert type(got) is type(expected)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=10_000)))
def test_a_duration_finds_its_way_back(value: timedelta) -> None:
    """Written for the form and read in the task, a duration is the same to the millisecond."""
    written = field_of(timedelta, value).default

    assert abs(from_values(options(timedelta), {"it": written}).it - value) < timedelta(milliseconds=1)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "15M", "P1Y", "P1M", "PT1H30", "-PT1S", "PT1.S"])
def test_what_is_no_duration(text: str) -> None:
    """Years and months have no length; everything else is not ISO 8601."""
    with pytest.raises(ValueError, match="is not a duration in weeks, days, hours, minutes and seconds"):
        from_values(options(timedelta), {"it": text})


def test_a_param_that_a_run_lacks_has_its_default() -> None:
    """A run may know nothing of a new field."""
    assert from_values(options(int, 4), {}).it == 4


BAD: list[tuple[Any, Any, str]] = [
    (Row, MISSING, "Options.it has a type that Airflow's trigger form has no field for"),
    (Row | None, MISSING, "Options.it has a type that Airflow's trigger form has no field for"),
    (list[Row], MISSING, "Options.it has a type that Airflow's trigger form has no field for"),
    ("Missing", MISSING, "The fields of Options cannot be read as params: name 'Missing' is not defined"),
    (timedelta, timedelta(seconds=-1), "Options.it has a negative duration as its default"),
]


@pytest.mark.parametrize(("hint", "default", "message"), BAD)
def test_fk010_what_no_form_has_a_field_for(hint: Any, default: Any, message: str) -> None:
    """The message names the class and the field."""
    assert re.search(f"FK010 {message}", str(refused(fields_of, options(hint, default))[0]))


BEYOND: list[tuple[Any, Any, Form, str]] = [
    (int, 0, Form(minimum=1), "minimum=1"),
    (int | None, 11, Form(minimum=1, maximum=10), "maximum=10"),
    (float, 0.4, Form(minimum=0.5), "minimum=0.5"),
    (str, "", Form(min_length=1), "min_length=1"),
    (str, "abcd", Form(max_length=3), "max_length=3"),
    (Mode, Mode.FAST, Form(max_length=3), "max_length=3"),
]


@pytest.mark.parametrize(("hint", "default", "form", "limit"), BEYOND)
def test_fk010_a_default_beyond_the_limits(hint: Any, default: Any, form: Form, limit: str) -> None:
    """The form would refuse its own default; the message names the field and the limit, and not the default."""
    (problem,) = refused(field_of, Annotated[hint, form], default)

    assert problem.code == "FK010"
    assert problem.message == f"Options.it has a default beyond {limit}: the form would refuse it."
    assert problem.hint == "Change the default or the limit."


@pytest.mark.parametrize("word", ["minimum", "maximum", "min_length", "max_length"])
@pytest.mark.parametrize("limit", ["10", [10], date(2026, 1, 2)])
@pytest.mark.parametrize("default", [MISSING, 3, "abc"])
def test_fk010_limits_that_are_no_numbers(word: str, limit: Any, default: Any) -> None:
    """Each limit is a number, whatever the field and its default are."""
    wrong: dict[str, Any] = {word: limit}
    (problem,) = refused(field_of, Annotated[Any, Form(**wrong)], default)

    kind = type(limit).__name__
    assert problem.code == "FK010"
    assert problem.message == f"The form of Options.it has {word}= with {kind}; it takes a number."
    assert problem.hint == f"Write {word}=10."


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(-5, 5))
def test_a_default_within_the_limits(default: int, minimum: int, maximum: int) -> None:
    """A number at a limit is within it; JSON schema sees it in the same way."""
    hint = Annotated[int, Form(minimum=minimum, maximum=maximum)]
    if minimum <= default <= maximum:
        assert field_of(hint, default).default == default
    else:
        assert [problem.code for problem in refused(field_of, hint, default)] == ["FK010"]


@pytest.mark.parametrize(
    ("hint", "default", "form"),
    [
        (int, MISSING, Form(minimum=1)),
        (int | None, None, Form(minimum=1)),
        (str, "ab", Form(min_length=2, max_length=2)),
        (str, "ab", Form(minimum=10)),
        (int, 1, Form(min_length=10)),
        (list[int], [1], Form(minimum=10, min_length=10)),
    ],
)
def test_limits_of_another_kind_do_not_count(hint: Any, default: Any, form: Form) -> None:
    """Limits of numbers say nothing of texts, nor those of texts of numbers, and no default is none beyond them."""
    json = [*default] if isinstance(default, list) else default

    assert field_of(Annotated[hint, form], default).default == json


def test_what_is_a_params_class() -> None:
    """Classes of attrs and dataclasses are; their instances, and other classes, are not."""
    assert is_params_class(options(int))
    assert is_params_class(dataclasses.make_dataclass("Data", ["it"]))
    assert not is_params_class(options(int, 1)())
    assert not is_params_class(Row)
    assert not is_params_class(types.SimpleNamespace)


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("hint", "default", "expected"),
    [
        (float, np.float64(1.5), 1.5),
        (int, np.int64(3), 3),
        (bool, np.bool_(True), True),
        (str, Text("a"), "a"),
        (list[str], [Text("a")], ["a"]),
        (dict[str, int], {Text("a"): np.int64(1)}, {"a": 1}),
        (Any, Mode.FAST, "fast"),
    ],
)
def test_defaults_become_exact(hint: Any, default: Any, expected: Any) -> None:
    """Airflow can store no instances of subclasses."""
    found = field_of(hint, attrs.Factory(lambda: default)).default
    assert found == expected
    assert repr(found) == repr(expected)
    assert type(found) is type(expected)


def test_forms_become_exact() -> None:
    """Their values go into the schema."""
    form = Form(
        title=Text("t"), description=Text("d"), minimum=np.float64(1), examples=[Text("e")], name=Text("n")
    )
    found = field_of(Annotated[Any, form])
    assert {type(value) for value in (found.name, found.description, found.schema["title"])} == {str}
    assert type(found.schema["minimum"]) is float
    assert type(found.schema["examples"][0]) is str


@pytest.mark.parametrize(
    ("hint", "default", "what"),
    [
        (float, math.nan, "a value of type float that is NaN: JSON has no such number"),
        (
            int,
            10**5000,
            "a value of type int with 16610 bits: Airflow stores integers from -2**63 to 2**64 - 1",
        ),
        (
            str,
            "\udce4",
            "a value of type str that contains a lone surrogate: Airflow cannot encode it as UTF-8",
        ),
    ],
    ids=["nan", "5000_digits", "surrogate"],
)
def test_fk010_what_airflow_cannot_store(hint: Any, default: Any, what: str) -> None:
    with pytest.raises(RefusedError) as caught:
        field_of(hint, default)
    (problem,) = caught.value.problems
    assert problem.code == "FK010"
    assert problem.message.startswith(f"Options.it has {what}")
