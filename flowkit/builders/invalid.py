"""
How builders reject an invalid argument.
"""

from __future__ import annotations

from typing import NoReturn

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError
from flowkit.base.problems import Problem


def raise_invalid(message: str, hint: str) -> NoReturn:
    """
    Reject an argument of the user's call.

    Args:
        message: What is wrong, and why it cannot work; without the full stop.

        hint: What to write instead.

    Raises:
        DefinitionError: Always.
    """
    raise DefinitionError(Problem("FK008", f"{message}.", hint, caller()))
