"""
The table of `docs/type-checkers.md` about other type checkers, and their known false alarms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import attrs

from tests.support import ROOT
from tests.typing.checkers import OTHER_CHECKERS, Error, OtherChecker

PAGE: Final = ROOT / "docs" / "type-checkers.md"

_HEAD: Final = "| | version | lines rejected | false alarms |"


@attrs.frozen
class Known:
    """
    A kind of error in correct code, which a checker should not report.
    """

    checker: OtherChecker
    name: str
    file: str
    """A regular expression for the paths of the files that have it."""

    message: str
    """A part of the message."""

    entry: str
    """The beginning of the entry in the documentation."""

    def explains(self, error: Error) -> bool:
        """
        Return whether the error is of this kind.
        """
        return bool(re.search(self.file, error.file.as_posix())) and self.message in error.message


KNOWN: Final[tuple[Known, ...]] = (
    Known("ty", "generic", "test_good_actions.py", "T@first", "a generic function keeps its type variable"),
    Known(
        "ty", "generic output", "test_good_tasks.py", "T@first", "a generic function keeps its type variable"
    ),
    Known(
        "ty",
        "positional",
        "example_asset_partition.py",
        "Expected `int | None`",
        "attributes that attrs makes keyword-only",
    ),
    Known(
        "ty",
        "missing",
        "example_asset_partition.py",
        "missing-argument",
        "attributes that attrs makes keyword-only",
    ),
    Known(
        "pyrefly",
        "no constructor",
        r"stubs_\d+\.py$",
        "task_id",
        "an operator without a constructor of its own",
    ),
    Known(
        "zuban",
        "no constructor",
        r"stubs_\d+\.py$",
        'to "operator"',
        "an operator without a constructor of its own",
    ),
    Known(
        "zuban",
        "generic output",
        "test_good_tasks.py",
        "Expression is of type",
        "a generic function loses its type",
    ),
    Known("zuban", "unreachable", "example_bash_decorator.py", "unreachable", "a statement that never runs"),
)
"""All kinds."""


@attrs.frozen
class Row:
    """
    What the page says of a checker.
    """

    version: str
    rejected: str
    alarms: str


def rows() -> Mapping[OtherChecker, Row]:
    """
    Return the table of the page.
    """
    lines = PAGE.read_text(encoding="utf-8").partition(f"{_HEAD}\n")[2].splitlines()[1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[: len(OTHER_CHECKERS)]]
    found = {name: Row(*rest) for name, *rest in cells}
    return {checker: found[checker] for checker in OTHER_CHECKERS}
