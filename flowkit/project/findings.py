"""
What checking the files of a project found.
"""

from __future__ import annotations

from typing import final

import attrs

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem


@final
@attrs.frozen
class CheckedFile:
    """
    What the rules over several files need to know about each; plain values, which processes can exchange.
    """

    file: str

    items: int
    """The number of its pipelines, the broken ones too."""

    locations: tuple[tuple[str, SourceLocation], ...] = ()
    """The ids of its pipelines, and where they are defined."""

    registers_in_helper: bool = False
    """Whether some of them were registered while a helper module was imported."""

    line: int = 1
    """The line at which it failed, if it did."""

    tasks: int = 0
    """The number of tasks of its valid pipelines."""

    seconds: float = attrs.field(default=0.0, eq=False)
    """How long it took to load."""


@final
@attrs.frozen
class Findings:
    """
    All problems, in the order of files and lines.
    """

    problems: tuple[Problem, ...]

    files: int
    """The number of files that were checked."""

    pipelines: int
    """The number of pipelines in them, the broken ones too."""

    not_read: tuple[str, ...] = ()
    """Zip files, which Airflow would read."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """
        The problems that are errors.
        """
        return tuple(problem for problem in self.problems if not problem.is_warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """
        The problems that are warnings.
        """
        return tuple(problem for problem in self.problems if problem.is_warning)
