"""
How one field of a params class looks in Airflow's trigger form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, final

import attrs

from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem
from flowkit.base.recording import RefusedError, problems_from, recorded_value
from flowkit.model.exact import exact_option
from flowkit.model.inexact import InexactError


@final
@recorded_value
# No comparison: `Annotated` asks for a hash, which a list in a form has not.
@attrs.frozen(kw_only=True, eq=False)
class Form:
    """
    How one field of a params class looks in Airflow's trigger form: `Annotated[int, Form(title="Rows", minimum=0)]`.

    What the type says (text or number, the choices of a `Literal` or an `Enum`, whether it may be empty) needs no
    saying here.
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

    labels: Mapping[Any, str] | None = None
    """What the form shows for each value of `choices` or `examples`."""

    items: Mapping[str, Any] | None = None
    """The JSON schema of the items of a list."""

    const: Any = None
    """The only value: the form does not show the field, and every run gets it."""

    untyped: bool = False
    """Whether the type stays out of the schema: Airflow then asks for JSON of any kind."""

    extra: Mapping[str, Any] = attrs.field(factory=dict)
    """Other keywords of JSON schema."""

    def __attrs_post_init__(self) -> None:
        problems: list[Problem] = []
        for field in attrs.fields(Form):
            value = getattr(self, field.name)
            if field.name not in _CHECKS or (value is None and field.default is None):
                continue
            try:
                checked = _CHECKS[field.name](value)
            except BaseException as error:
                if is_interruption(error):
                    raise
                problems += _problems(field.name, value, error)
                checked = {} if field.name == "extra" else None
            object.__setattr__(self, field.name, checked)
        if problems:
            raise RefusedError(*problems)


class _WrongKindError(Exception):
    """
    The value is of the wrong kind. Its text says what the field takes.
    """


def _problems(name: str, value: object, error: BaseException) -> tuple[Problem, ...]:
    where = f"Form({name}=…)"
    if isinstance(error, InexactError):
        return (Problem("FK010", f"{where} has {error.what}: {error.reason}.", error.hint, caller()),)
    if isinstance(error, _WrongKindError):
        message = f"{where} takes {error}, not {class_name(value)}."
        return (Problem("FK010", message, f"Pass {error}.", caller()),)
    return problems_from(error, f"{where} got a value", value)


def _text(value: Any) -> str:
    text = exact_option(value)
    if type(text) is not str:
        raise _WrongKindError("a string")
    return text


def _list(value: Any) -> list[Any]:
    kind = type(value)
    if not issubclass(kind, Iterable) or issubclass(kind, str | bytes | Mapping):
        raise _WrongKindError("a list")
    items: list[Any] = exact_option(list(value))
    return items


def _mapping(value: Any) -> dict[Any, Any]:
    if not issubclass(type(value), Mapping):
        raise _WrongKindError("a mapping")
    mapping: dict[Any, Any] = exact_option(dict(value))
    return mapping


def _keywords(value: Any) -> dict[str, Any]:
    mapping = _mapping(value)
    if any(type(key) is not str for key in mapping):
        raise _WrongKindError("a mapping whose keys are strings")
    return mapping


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise _WrongKindError("True or False")
    return value


_CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(
        ("name", "title", "description", "description_md", "section", "pattern", "format"), _text
    ),
    **dict.fromkeys(("choices", "examples"), _list),
    "labels": _mapping,
    **dict.fromkeys(("items", "extra"), _keywords),
    "untyped": _flag,
}
