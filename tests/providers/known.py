"""
The differences that stay, each with its reason.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Known:
    """
    Differences with one reason.
    """

    reason: str

    kind: str = ""
    """A regular expression: what was compared, such as `missing: not found`."""

    path: str = ""
    """A regular expression: the operator, as `module:name`."""

    text: str = ""
    """A regular expression: what differs, or the message of Airflow's error."""


KNOWN: tuple[Known, ...] = (Known("mypy does not look into the body of a constructor.", kind=": mypy$"),)
