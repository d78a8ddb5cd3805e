"""
The params of a pipeline as a class: its fields become the form that Airflow shows when a run is triggered.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Annotated, Any, Final, Literal, NoReturn, Union, final, get_args, get_origin

import attrs
import typing_extensions

from flowkit.base.exception_text import class_name, sentence
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem
from flowkit.base.record import record
from flowkit.base.recording import RefusedError, problems_from, recorded_in
from flowkit.model.durations import duration_text, read_duration
from flowkit.model.exact import exact, exact_option
from flowkit.model.form import Form
from flowkit.model.inexact import InexactError
from flowkit.model.values import INSIDE, ContainerKind, Contents, container_kind, fold

MISSING: Any = object()
"""The default of a field without a default."""

_MAX_INT_BITS: Final = 1_024

# JSON has no form for these: Airflow gets them as they are, and refuses what it cannot write.
_NOT_JSON: Final[frozenset[ContainerKind | None]] = frozenset({ContainerKind.FIELDS, ContainerKind.NAMESPACE})


_WORDS = {
    "title": "title", "description_md": "description_md", "section": "section",
    "minimum": "minimum", "maximum": "maximum", "min_length": "minLength", "max_length": "maxLength",
    "pattern": "pattern", "format": "format", "choices": "enum", "examples": "examples", "labels": "values_display",
    "items": "items", "const": "const",
}  # fmt: skip
_TYPES: tuple[tuple[type[Any], str, str | None], ...] = (
    (bool, "boolean", None), (int, "integer", None), (float, "number", None), (str, "string", None),
    (datetime, "string", "date-time"), (date, "string", "date"), (time, "string", "time"),
    (timedelta, "string", "duration"), (Mapping, "object", None),
)  # fmt: skip


@final
@record
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
        RefusedError: If it cannot be read, a field has a type that has no form, or a `Form` is wrong; it carries a
            problem for each field, mostly without a location.
    """
    hints, defaults = _hints(params_class), _defaults(params_class)
    fields: list[ParamField] = []
    problems: list[Problem] = []
    for name, default in defaults:
        try:
            fields.append(_field(params_class, name, hints.get(name, Any), default))
        except InexactError as error:  # noqa: PERF203 - each field has a problem of its own
            where = f"{params_class.__name__}.{name}"
            problems.append(Problem("FK010", f"{where} has {error.what}: {error.reason}.", error.hint))
        except BaseException as error:
            if is_interruption(error):
                raise
            problems += problems_from(error, f"The field {name!r} of {params_class.__name__} has a value")
    if problems:
        raise RefusedError(*problems)
    return tuple(fields)


def attribute_names(params_class: type[Any]) -> tuple[str, ...]:
    """
    Return the names by which an instance of *params_class* has its fields.
    """
    return tuple(name for name, _default in _defaults(params_class))


def param_of(params_class: type[Any], attribute: str) -> ParamField:
    """
    Return the param that the field *attribute* of *params_class* describes.
    """
    return fields_of(params_class)[attribute_names(params_class).index(attribute)]


def _refuse(message: str, hint: str) -> NoReturn:
    raise RefusedError(Problem("FK010", message, hint))


def _hints(params_class: type[Any]) -> dict[str, Any]:
    try:
        return typing_extensions.get_type_hints(params_class, include_extras=True)
    except NameError as error:
        message = sentence(f"The fields of {params_class.__name__} cannot be read as params", error)
        _refuse(message, "Import the name at the top of the file.")


def _defaults(params_class: Any) -> list[tuple[str, Any]]:
    found = []
    if attrs.has(params_class):
        for field in attrs.fields(params_class):
            if not field.init:
                continue
            default = field.default
            if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class to Python, a function to mypy
                default = default.factory()
            found.append((field.name, MISSING if default is attrs.NOTHING else default))
        return found
    for data_field in dataclasses.fields(params_class):
        if not data_field.init:
            continue
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
    if wrong := recorded_in(form):
        raise RefusedError(*wrong)
    for field, word in _WORDS.items():
        value = getattr(form, field)
        if value is not None:
            schema[word] = list(value) if field in {"choices", "examples"} else value
    schema.update(form.extra)
    json_default = default if default is MISSING else _json(exact(default), f"{params_class.__name__}.{name}")
    _check_limits(form, json_default, f"{params_class.__name__}.{name}")
    return ParamField(*exact_option((form.name or name, json_default, schema, form.description)))


def _check_limits(form: Form, default: Any, where: str) -> None:
    """
    Refuse limits that are no numbers, and a default beyond them: Airflow says so when a run is triggered.
    """
    is_text = type(default) is str
    amount = len(default) if is_text else default
    kinds = ("min_length", "max_length") if is_text else ("minimum", "maximum")
    for word in ("minimum", "maximum", "min_length", "max_length"):
        limit = getattr(form, word)
        if limit is None:
            continue
        if not isinstance(limit, int | float):
            message = f"The form of {where} has {word}= with {class_name(limit)}; it takes a number."
            _refuse(message, f"Write {word}=10.")
        if word in kinds and isinstance(amount, int | float):
            beyond = amount < limit if word.startswith("min") else amount > limit
            if beyond:
                # Python does not print integers with thousands of digits.
                shown = "…" if isinstance(limit, int) and limit.bit_length() > _MAX_INT_BITS else limit
                message = f"{where} has a default beyond {word}={shown}: the form would refuse it."
                _refuse(message, "Change the default or the limit.")


def _schema(hint: Any, where: str) -> dict[str, Any]:
    if hint is Any:
        return {}
    origin = get_origin(hint)
    if origin is Literal:
        return _choices(list(get_args(hint)))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _choices([member.value for member in hint])
    if origin in (Union, types.UnionType):
        return _union([_schema(part, where) for part in get_args(hint)])
    return _plain_schema(origin or hint, hint, where)


def _choices(values: list[Any]) -> dict[str, Any]:
    kinds = list(dict.fromkeys(_json_type(type(value)) for value in values))
    return {"type": kinds[0] if len(kinds) == 1 else kinds, "enum": values}


def _union(parts: list[dict[str, Any]]) -> dict[str, Any]:
    if not all("type" in part for part in parts):
        return {}
    # In the order of the annotation: Airflow shows the schema.
    kinds = list(dict.fromkeys(kind for part in parts for kind in _as_list(part["type"])))
    merged: dict[str, Any] = {}
    for part in parts:
        merged.update({word: value for word, value in part.items() if word not in {"type", "enum"}})
    if {"type": "string"} in parts:
        merged.pop("format", None)  # any text will do
    choices = [value for part in parts for value in part.get("enum", ())]
    if choices and all("enum" in part or part == {"type": "null"} for part in parts):
        merged["enum"] = [*choices, *([None] if "null" in kinds and None not in choices else [])]
    elif choices:
        merged["examples"] = choices  # beside values of any kind they are proposals
    return {"type": kinds[0] if len(kinds) == 1 else kinds, **merged}


def _plain_schema(kind: Any, hint: Any, where: str) -> dict[str, Any]:
    if kind is type(None):
        return {"type": "null"}
    for known, name, text_format in _TYPES:
        if isinstance(kind, type) and issubclass(kind, known):
            return {"type": name} if text_format is None else {"type": name, "format": text_format}
    if isinstance(kind, type) and issubclass(kind, Collection):
        inner = list(dict.fromkeys(part for part in get_args(hint) if part is not ...))
        schema = _schema(inner[0], where) if len(inner) == 1 else {}
        return (
            {"type": "array", "items": schema}
            if schema and schema != {"type": "string"}
            else {"type": "array"}
        )
    message = f"{where} has a type that Airflow's trigger form has no field for."
    hint = "Use text, numbers, dates, durations, a Literal, an Enum, lists or mappings of these, or Form(untyped=True)."
    _refuse(message, hint)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _json_type(kind: type[Any]) -> str:
    if kind is type(None):
        return "null"
    return next((name for known, name, _ in _TYPES if issubclass(kind, known)), "string")


def _json(value: Any, where: str) -> Any:
    def leaf(item: Any) -> Any:
        if isinstance(item, Enum):
            return item.value
        if isinstance(item, datetime | date | time):
            return item.isoformat()
        if isinstance(item, timedelta):
            return _duration(item, where)
        return item if container_kind(type(item)) in _NOT_JSON else INSIDE

    def join(_container: Any, contents: Contents, items: list[Any]) -> Any:
        is_mapping = contents.kind is ContainerKind.MAPPING
        return dict(zip(contents.keys, items, strict=True)) if is_mapping else items

    return fold(value, leaf, join)


def _duration(value: timedelta, where: str) -> str:
    if value < timedelta(0):
        message = f"{where} has a negative duration as its default, which the form cannot represent."
        _refuse(message, "Give a duration of zero or more.")
    return duration_text(value)


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
    """
    Return a JSON value as what the annotation says.
    """
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    parts = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    for part in parts:
        if isinstance(part, type) and issubclass(part, Enum) and value in [member.value for member in part]:
            return part(value)
    if isinstance(value, str):
        return value if str in parts else _parsed(value, parts)
    for part in parts:
        kind, args = get_origin(part) or part, get_args(part)
        if not isinstance(kind, type):
            continue
        if isinstance(value, list) and issubclass(kind, Collection) and not issubclass(kind, str | Mapping):
            items = [_typed(item, args[0]) for item in value] if args else value
            return kind(items) if kind in (tuple, set, frozenset) else items
        if isinstance(value, dict) and issubclass(kind, Mapping):
            return {key: _typed(item, args[1]) for key, item in value.items()} if len(args) > 1 else value
    return value


def _parsed(value: str, parts: Sequence[Any]) -> Any:
    for part in parts:
        if part in (datetime, date, time):
            return part.fromisoformat(value.replace("Z", "+00:00"))
        if part is timedelta:
            return read_duration(value)
    return value
