"""
What an id may look like.
"""

from __future__ import annotations

import re
from typing import Literal, NoReturn

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError
from flowkit.base.problems import Problem

_GOOD = re.compile(r"[\w-]+", re.ASCII)

Kind = Literal["dag_id", "group_id", "task_id"]

# Airflow's own limits: `validate_key` and `validate_group_key` of the Task SDK.
_LONGEST: dict[Kind, int] = {"dag_id": 250, "group_id": 200, "task_id": 250}


def checked_id(value: object, kind: Kind) -> str:
    """
    Return *value* when it may be the id of a node of that *kind*.

    Raises:
        DefinitionError: If it is not text, is empty, is too long, or holds anything but letters, digits, `-`
            and `_`.
    """
    # Nearly all ids look like names of Python, which is found out faster than by the expression below.
    if type(value) is str and len(value) <= _LONGEST[kind] and value.isascii() and value.isidentifier():
        return value
    if not isinstance(value, str):
        _fail(f"A {kind} must be text, not {type(value).__name__}.", f"Give {kind} as a str.")
    if len(value) > _LONGEST[kind]:
        _fail(
            f"This {kind} has {len(value)} characters; Airflow takes {_LONGEST[kind]} at most.",
            "Choose a shorter one.",
        )
    if not _GOOD.fullmatch(value):
        why = "is empty" if not value else "holds a character that is not a letter, a digit, `-` or `_`"
        hint = "Use letters, digits, `-` and `_` only."
        if "." in value and kind != "dag_id":
            hint += " Dots come from the groups that a task stands in: Airflow writes them itself."
        _fail(f"The {kind} {value!r} {why}.", hint)

    return value


def _fail(message: str, hint: str) -> NoReturn:
    raise DefinitionError(Problem("FK001", message, hint, caller()))
