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

_MAX_SHOWN = 60

Kind = Literal["dag_id", "group_id", "task_id"]

# Airflow's own rules: `validate_key` and `validate_group_key` of the Task SDK.
_MAX_LENGTH: dict[Kind, int] = {"dag_id": 250, "group_id": 200, "task_id": 250}
_WITH_DOTS = re.compile(r"[\w.-]+")
_VALID: dict[Kind, re.Pattern[str]] = {
    "dag_id": _WITH_DOTS,
    "group_id": re.compile(r"[\w-]+"),
    "task_id": _WITH_DOTS,
}
# The name of a folder of logs is the id after `dag_id=` or `task_id=`; file systems allow 255 bytes.
_MAX_BYTES = 247
_MAX_CODE_POINT = 0xFFFF  # of the character set that Airflow uses for ids in MySQL


def checked_id(value: object, kind: Kind, problems: list[Problem]) -> str:
    """
    Return *value* if it is a valid id of that *kind*; else a text that stands for it in messages.

    An id is a string of letters and digits of any script, `-` and `_`, neither empty nor too long. Those of pipelines
    and tasks may have dots. Anything else is added to *problems*.
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
    if not text:
        return f"The {kind} '' is empty.", "Use letters, digits, `-` and `_` only."
    if len(text) > _MAX_LENGTH[kind]:
        return (
            f"This {kind} has {len(text)} characters; Airflow allows {_MAX_LENGTH[kind]} at most.",
            "Choose a shorter one.",
        )
    if not _VALID[kind].fullmatch(text):
        return _wrong_character(text, kind)
    if text in {".", ".."}:
        why = "means a folder in the URLs of Airflow's UI and API"
        return f"The {kind} {text!r} {why}.", "Add a letter or a digit."
    return None if text.isascii() else _wrong_script(text, kind)


def _wrong_character(text: str, kind: Kind) -> tuple[str, str]:
    allowed = ["a letter", "a digit", "`-`", "`_`", "`.`"]
    if kind != "group_id":
        why = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
        return (
            f"The {kind} {text!r} contains a character that is not {why}.",
            "Use letters, digits, `-`, `_` and `.` only.",
        )
    hint = "Use letters, digits, `-` and `_` only."
    if "." in text:
        hint += " Airflow itself adds dots, after the ids of the groups that contain the task."
    why = f"{', '.join(allowed[:-2])} or {allowed[-2]}"
    return f"The {kind} {text!r} contains a character that is not {why}.", hint


def _wrong_script(text: str, kind: Kind) -> tuple[str, str] | None:
    foreign = next((character for character in text if ord(character) > _MAX_CODE_POINT), None)
    if foreign is not None:
        return (
            f"The {kind} {text!r} contains {foreign!r}, which Airflow cannot store in MySQL.",
            "Leave it out.",
        )
    size = len(text.encode())
    if size > _MAX_BYTES:
        return (
            f"This {kind} has {size} bytes in UTF-8. Airflow names a folder of logs after it, which can have "
            f"{_MAX_BYTES} at most.",
            "Choose a shorter one, or use letters from A to Z.",
        )
    return None
