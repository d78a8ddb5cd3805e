"""
The words of `Form` in `Annotated[…]`, which mypy does not check, and defaults beyond their limits.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from flowkit.base.problem_format import format_short
from flowkit.base.recording import recorded_in
from flowkit.model.form import Form
from flowkit.mypy.file_layout import NodeMessage
from flowkit.mypy.file_syntax import FileSyntax
from flowkit.rules.messages import unexpected_argument

_WORDS: Final = tuple(field.name for field in attrs.fields(Form))
_LIMITS: Final = ("minimum", "maximum", "min_length", "max_length")


def check_forms(syntax: FileSyntax) -> Iterator[NodeMessage]:
    """
    Yield what is wrong with the forms of the params classes in a file.
    """
    if "Form" not in syntax.imported:
        return
    for params_class in syntax.body:
        for field in params_class.body if isinstance(params_class, ast.ClassDef) else ():
            if isinstance(field, ast.AnnAssign) and isinstance(field.annotation, ast.Subscript):
                yield from _field(field, field.annotation.slice)


def _field(field: ast.AnnAssign, annotation: ast.expr) -> Iterator[NodeMessage]:
    for form in annotation.elts[1:] if isinstance(annotation, ast.Tuple) else ():
        if not isinstance(form, ast.Call) or getattr(form.func, "id", None) != "Form":
            continue
        given = {keyword.arg: keyword.value for keyword in form.keywords if keyword.arg is not None}
        for name in given:
            if name not in _WORDS:
                message, hint = unexpected_argument("Form()", name, _WORDS, otherwise="Leave it out.")
                yield form, f"{message} {hint}"
        values = {
            name: value
            for name in given.keys() & set(_WORDS)
            if (value := _constant(given[name])) is not None
        }
        for problem in recorded_in(Form(**values)):
            yield form, format_short(problem)
        for word in _LIMITS:
            if isinstance(values.get(word), str | bytes):
                yield form, f"Form({word}=…) takes a number. Write {word}=10."
        yield from _limits(field, values)


def _limits(field: ast.AnnAssign, values: Mapping[str, Any]) -> Iterator[NodeMessage]:
    default = _constant(field.value) if field.value is not None else None
    if not isinstance(default, int | float | str):
        return
    is_text = isinstance(default, str)
    amount = len(default) if isinstance(default, str) else default
    name = field.target.id if isinstance(field.target, ast.Name) else "The field"
    for word in _LIMITS[2:] if is_text else _LIMITS[:2]:
        limit = values.get(word)
        if isinstance(limit, int | float) and (amount < limit if word.startswith("min") else amount > limit):
            message = f"{name} has a default beyond {word}={limit}: the form would refuse it."
            yield field, f"{message} Change the default or the limit."


def _constant(node: ast.expr) -> Any:
    """
    Return the value of a constant; `None` for what is not one.
    """
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
