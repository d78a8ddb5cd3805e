"""
How builders refuse what they cannot take.
"""

from __future__ import annotations

from typing import NoReturn

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError
from flowkit.base.problems import Problem


def refuse(message: str, hint: str) -> NoReturn:
    """
    Refuse what the user's call got.

    Args:
        message: What is wrong, and why it cannot work; without the full stop.

        hint: What to write in its place.

    Raises:
        DefinitionError: Always.
    """
    raise DefinitionError(Problem("FK008", f"{message}.", hint, caller()))
