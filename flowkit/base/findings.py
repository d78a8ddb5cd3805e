"""
What is found wrong with files of pipelines.
"""

from __future__ import annotations

from typing import final

import attrs

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem


@final
@attrs.frozen
class Finding:
    """
    A problem, or a warning.
    """

    problem: Problem

    warning: bool = False
    """Whether Airflow would run the pipelines all the same."""

    told: str = ""
    """What the user's own code said: a traceback."""

    until: int = 0
    """The last line of what it speaks of, where that has several."""


@final
@attrs.frozen
class Checked:
    """
    What the rules over several files need to know of each: values alone, which can be handed from process to process.
    """

    file: str

    items: int
    """The number of its pipelines, the broken ones too."""

    locations: tuple[tuple[str, SourceLocation], ...] = ()
    """The ids of its pipelines, and where they are defined."""


@final
@attrs.frozen
class Findings:
    """
    All that was found, in the order of files and lines.
    """

    found: tuple[Finding, ...]

    files: int
    """The number of files that were looked at."""

    pipelines: int
    """The number of pipelines in them, the broken ones too."""

    not_read: tuple[str, ...] = ()
    """Zip files: Airflow looks into them."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """
        The problems.
        """
        return tuple(finding for finding in self.found if not finding.warning)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """
        The warnings.
        """
        return tuple(finding for finding in self.found if finding.warning)
