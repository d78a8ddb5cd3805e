"""
Which ids are valid.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.printable import one_line
from flowkit.base.problems import Problem
from flowkit.model.exact import exact_option
from flowkit.model.inexact import InexactError

_VALID = re.compile(r"[\w-]+", re.ASCII)
_MAX_SHOWN = 60

Kind = Literal["dag_id", "group_id", "task_id"]

# Airflow's own limits: `validate_key` and `validate_group_key` of the Task SDK.
_MAX_LENGTH: dict[Kind, int] = {"dag_id": 250, "group_id": 200, "task_id": 250}


def checked_id(value: object, kind: Kind, problems: list[Problem]) -> str:
    """
    Return *value* if it is a valid id of that *kind*; else a text that stands for it in messages.

    An id is a string of letters, digits, `-` and `_`, neither empty nor too long. Anything else is added to *problems*.
    """
    # Nearly all ids are identifiers, which is checked faster than the pattern below.
    if type(value) is str and len(value) <= _MAX_LENGTH[kind] and value.isascii() and value.isidentifier():
        return value
    if not issubclass(type(value), str):
        message = f"A {kind} must be a string, not {class_name(value)}."
        problems.append(Problem("FK001", message, f"Pass {kind} as a str.", caller()))
        return ""
    try:
        text: str = exact_option(value)
    except InexactError as error:
        message = f"A {kind} {error.why}."
        problems.append(Problem("FK001", message, error.hint, caller()))
        shown: Any = value
        return one_line(str.__str__(shown), _MAX_SHOWN)
    wrong = _wrong_text(text, kind)
    if wrong is None:
        return text
    problems.append(Problem("FK001", *wrong, caller()))
    return one_line(text, _MAX_SHOWN)


def _wrong_text(text: str, kind: Kind) -> tuple[str, str] | None:
    if len(text) > _MAX_LENGTH[kind]:
        return (
            f"This {kind} has {len(text)} characters; Airflow allows {_MAX_LENGTH[kind]} at most.",
            "Choose a shorter one.",
        )
    if _VALID.fullmatch(text):
        return None
    why = "is empty" if not text else "contains a character that is not a letter, a digit, `-` or `_`"
    hint = "Use letters, digits, `-` and `_` only."
    if "." in text and kind != "dag_id":
        hint += " Airflow itself adds dots, after the ids of the groups that contain the task."
    return f"The {kind} {text!r} {why}.", hint
