"""
The params of a pipeline as a class: its fields become the form that Airflow shows when a run is triggered.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, Union, final, get_args, get_origin

import attrs
import typing_extensions

from flowkit.errors import DefinitionError, Problem
from flowkit.spec.place import caller

MISSING: Any = object()
"""Stands for the default of a field that has none."""


@final
@attrs.frozen(kw_only=True)
class Form:
    """
    How one field of a params class looks in Airflow's trigger form: `Annotated[int, Form(title="Rows", minimum=0)]`.

    What the type says (text or number, the choices of a `Literal`, whether it may be empty) needs no saying here.
    """

    name: str | None = None
    """The name of the param, where it cannot be the name of a field."""

    title: str | None = None
    """What stands before the field."""

    description: str | None = None
    """What stands below the field, as plain text."""

    description_md: str | None = None
    """What stands below the field, as Markdown."""

    section: str | None = None
    """The part of the form that the field stands in."""

    minimum: float | None = None
    """The smallest number."""

    maximum: float | None = None
    """The largest number."""

    min_length: int | None = None
    """The shortest text, in characters."""

    max_length: int | None = None
    """The longest text, in characters."""

    pattern: str | None = None
    """A regular expression that the text matches."""

    format: str | None = None
    """A format of JSON schema: `date`, `date-time`, `time`, `multiline`, …"""

    choices: Sequence[Any] | None = None
    """The values to choose from, where they are computed; otherwise a `Literal` says them."""

    examples: Sequence[Any] | None = None
    """Values that the form proposes; others may be entered."""

    labels: Mapping[str, str] | None = None
    """What the form shows for each value of `choices` or `examples`."""

    items: Mapping[str, Any] | None = None
    """The JSON schema of the items of a list."""

    untyped: bool = False
    """Whether the type stays out of the schema: Airflow then asks for JSON of any kind."""

    extra: Mapping[str, Any] = attrs.field(factory=dict)
    """Other keywords of JSON schema."""


_WORDS = {
    "title": "title", "description": "description", "description_md": "description_md", "section": "section",
    "minimum": "minimum", "maximum": "maximum", "min_length": "minLength", "max_length": "maxLength",
    "pattern": "pattern", "format": "format", "choices": "enum", "examples": "examples", "labels": "values_display",
    "items": "items",
}  # fmt: skip
_TYPES: tuple[tuple[type[Any], str, str | None], ...] = (
    (bool, "boolean", None), (int, "integer", None), (float, "number", None), (str, "string", None),
    (datetime, "string", "date-time"), (date, "string", "date"), (time, "string", "time"), (Mapping, "object", None),
)  # fmt: skip


@final
@attrs.frozen
class ParamField:
    """
    One param: what a field of a params class says.
    """

    name: str
    default: Any
    """A JSON value; `MISSING` when a run has to give it."""

    schema: Mapping[str, Any]
    description: str | None


def is_params_class(value: object) -> bool:
    """
    Return whether *value* is a class whose fields can be params.
    """
    return isinstance(value, type) and (attrs.has(value) or dataclasses.is_dataclass(value))


def fields_of(params_class: type[Any]) -> tuple[ParamField, ...]:
    """
    Return the params that the fields of *params_class* describe.

    Raises:
        DefinitionError: If a field has a type that has no form.
    """
    hints = _hints(params_class)
    return tuple(
        _field(params_class, name, hints.get(name, Any), default) for name, default in _defaults(params_class)
    )


def _hints(params_class: type[Any]) -> dict[str, Any]:
    try:
        return typing_extensions.get_type_hints(params_class, include_extras=True)
    except NameError as error:
        message = f"The fields of {params_class.__name__} cannot be read as params: {error}."
        raise DefinitionError(
            Problem("FK010", message, "Import the name at the top of the file.", caller())
        ) from None


def _defaults(params_class: Any) -> list[tuple[str, Any]]:
    found = []
    if attrs.has(params_class):
        for field in attrs.fields(params_class):
            default = field.default
            if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class to Python, a function to mypy
                default = default.factory()
            found.append((field.name, MISSING if default is attrs.NOTHING else default))
        return found
    for data_field in dataclasses.fields(params_class):
        default = data_field.default
        if data_field.default_factory is not dataclasses.MISSING:
            default = data_field.default_factory()
        found.append((data_field.name, MISSING if default is dataclasses.MISSING else default))
    return found


def _field(params_class: type[Any], name: str, hint: Any, default: Any) -> ParamField:
    form = Form()
    if get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        form = next((note for note in notes if isinstance(note, Form)), form)
    schema: dict[str, Any] = {} if form.untyped else _schema(hint, f"{params_class.__name__}.{name}")
    for field, word in _WORDS.items():
        value = getattr(form, field)
        if value is not None and field != "description":
            schema[word] = list(value) if field in {"choices", "examples"} else value
    schema.update(form.extra)
    json_default = default if default is MISSING else _json(default)
    return ParamField(form.name or name, json_default, schema, form.description)


def _schema(hint: Any, where: str) -> dict[str, Any]:
    if hint is Any:
        return {}
    origin = get_origin(hint)
    if origin is Literal:
        values = list(get_args(hint))
        kinds = list(dict.fromkeys(_json_type(type(value)) for value in values))
        return {"type": kinds[0] if len(kinds) == 1 else kinds, "enum": values}
    if origin in (Union, types.UnionType):
        # In the order of the annotation: Airflow shows the schema.
        parts = [_schema(part, where) for part in get_args(hint)]
        merged: dict[str, Any] = {}
        for part in parts:
            merged.update({word: value for word, value in part.items() if word != "type"})
        if "enum" in merged and {"type": "null"} in parts and None not in merged["enum"]:
            merged["enum"] = [*merged["enum"], None]
        return {"type": [kind for part in parts for kind in _as_list(part.get("type"))], **merged}
    return _plain_schema(origin or hint, hint, where)


def _plain_schema(kind: Any, hint: Any, where: str) -> dict[str, Any]:
    if kind is type(None):
        return {"type": "null"}
    for known, name, text_format in _TYPES:
        if isinstance(kind, type) and issubclass(kind, known):
            return {"type": name} if text_format is None else {"type": name, "format": text_format}
    if isinstance(kind, type) and issubclass(kind, Collection):
        inner = [part for part in get_args(hint) if part is not ...]
        schema = _schema(inner[0], where) if inner else {}
        return (
            {"type": "array", "items": schema}
            if schema and schema != {"type": "string"}
            else {"type": "array"}
        )
    message = f"{where} has a type that Airflow's trigger form has no field for."
    cure = "Use text, numbers, dates, a Literal, lists or mappings of these, or Form(untyped=True)."
    raise DefinitionError(Problem("FK010", message, cure, caller()))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _json_type(kind: type[Any]) -> str:
    if kind is type(None):
        return "null"
    return next((name for known, name, _ in _TYPES if issubclass(kind, known)), "string")


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(item) for item in value]
    return value


def from_values(params_class: type[Any], values: Mapping[str, Any]) -> Any:
    """
    Return the instance of *params_class* with the params of a run.
    """
    hints = _hints(params_class)
    given = {}
    for name, _default in _defaults(params_class):
        hint = hints.get(name, Any)
        param = name
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            form = next((note for note in notes if isinstance(note, Form)), None)
            param = (form and form.name) or name
        if param in values:
            given[name.lstrip("_") if attrs.has(params_class) else name] = _typed(values[param], hint)
    return params_class(**given)


def _typed(value: Any, hint: Any) -> Any:
    kinds = [hint, *get_args(hint)]
    if isinstance(value, str):
        for kind in kinds:
            if kind in (datetime, date, time):
                return kind.fromisoformat(value.replace("Z", "+00:00"))
    if isinstance(value, list):
        for kind in kinds:
            origin = get_origin(kind) or kind
            if origin in (tuple, set, frozenset):
                return origin(value)
    return value
