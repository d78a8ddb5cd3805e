"""
Which ids are valid.
"""

from __future__ import annotations

import re
from typing import Literal, NoReturn

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError
from flowkit.base.problems import Problem

_VALID = re.compile(r"[\w-]+", re.ASCII)

Kind = Literal["dag_id", "group_id", "task_id"]

# Airflow's own limits: `validate_key` and `validate_group_key` of the Task SDK.
_MAX_LENGTH: dict[Kind, int] = {"dag_id": 250, "group_id": 200, "task_id": 250}


def checked_id(value: object, kind: Kind) -> str:
    """
    Return *value* if it is a valid id of that *kind*.

    Raises:
        DefinitionError: If it is not a string, is empty, is too long, or contains anything but letters, digits, `-`
            and `_`.
    """
    # Nearly all ids are identifiers, which is checked faster than the pattern below.
    if type(value) is str and len(value) <= _MAX_LENGTH[kind] and value.isascii() and value.isidentifier():
        return value
    if not isinstance(value, str):
        _fail(f"A {kind} must be a string, not {type(value).__name__}.", f"Pass {kind} as a str.")
    if len(value) > _MAX_LENGTH[kind]:
        _fail(
            f"This {kind} has {len(value)} characters; Airflow allows {_MAX_LENGTH[kind]} at most.",
            "Choose a shorter one.",
        )
    if not _VALID.fullmatch(value):
        why = "is empty" if not value else "contains a character that is not a letter, a digit, `-` or `_`"
        hint = "Use letters, digits, `-` and `_` only."
        if "." in value and kind != "dag_id":
            hint += " Airflow itself adds dots, after the ids of the groups that contain the task."
        _fail(f"The {kind} {value!r} {why}.", hint)

    return value


def _fail(message: str, hint: str) -> NoReturn:
    raise DefinitionError(Problem("FK001", message, hint, caller()))
