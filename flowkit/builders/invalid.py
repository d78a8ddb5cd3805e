"""
How builders refuse an argument.
"""

from __future__ import annotations

from typing import Final, NoReturn

from flowkit.base.call_site import caller
from flowkit.base.problems import Problem
from flowkit.base.recording import refuse

MAKE_NATIVE: Final = "Make it in a function: task(id, native(make, …))."
"""The hint for objects of hand-written Airflow."""


def invalid(message: str, hint: str) -> Problem:
    """
    Return the problem of an argument of the user's call.

    Args:
        message: What is wrong, and why it cannot work; without the full stop.

        hint: What to write instead.
    """
    return Problem("FK008", f"{message}.", hint, caller())


def refuse_invalid(message: str, hint: str) -> NoReturn:
    """
    Refuse an argument of the user's call, whose other arguments are then not checked.

    Args:
        message: What is wrong, and why it cannot work; without the full stop.

        hint: What to write instead.

    Raises:
        RefusedError: Always. The call records its problem.
    """
    refuse("FK008", f"{message}.", hint)
