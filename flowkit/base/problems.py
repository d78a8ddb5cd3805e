"""
A problem: one thing that flowkit finds wrong, with a stable code, what is wrong and why, what to do, and where.

Problems are rendered by `flowkit.base.problem_format`, and nowhere else.
"""

from __future__ import annotations

from typing import final

from flowkit.base.call_site import SourceLocation
from flowkit.base.printable import MAX_TRACEBACK_CHARS, printable
from flowkit.base.problem_codes import PROBLEM_KINDS, Severity
from flowkit.base.record import field, record


def _printable_traceback(text: str) -> str:
    return printable(text, MAX_TRACEBACK_CHARS)


@final
@record
class Problem:
    """
    One thing that is wrong with a pipeline, or with a file of pipelines.
    """

    code: str
    """A stable code, such as `FK103`. The documentation has a section for each."""

    message: str = field(converter=printable)
    """What is wrong, and why it cannot work. Never holds the value of an argument."""

    hint: str = field(converter=printable)
    """What to do about it."""

    location: SourceLocation | None = None
    """The line of the call that caused it."""

    dag_id: str | None = None
    """The pipeline that it belongs to, where that is known."""

    traceback: str = field(default="", converter=_printable_traceback)
    """The traceback of the user's own code, where that raised an exception."""

    end_line: int = 0
    """The last line of the statement, where it has several lines and is known."""

    @property
    def severity(self) -> Severity:
        """
        How serious it is; its code decides.
        """
        return PROBLEM_KINDS[self.code].severity

    @property
    def is_warning(self) -> bool:
        """
        Whether Airflow would run the pipelines all the same.
        """
        return self.severity == "warning"

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        return f"{where}{self.code} {self.message} {self.hint}".rstrip()
