"""
A simulated run as a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flowkit.base.exception_text import class_name, exception_text
from flowkit.testing.simulation.instances import SKIPPED
from flowkit.testing.simulation.records import Record

_MAX_ERROR_CHARS: Final = 80
_HEADER: Final = ("task", "state", "tries", "error")


def table_of(title: str, records: Sequence[Record]) -> str:
    """
    Return a table with a line for each instance, under *title*.
    """
    rows = [_HEADER, *map(_row, records)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([title, *(f"  {line}" for line in lines)])


def _row(record: Record) -> tuple[str, str, str, str]:
    tries = str(len(record.attempts)) if record.attempts else "-"
    return record.instance.name, record.instance.state or "not run", tries, _error(record)


def one_line_of(error: BaseException) -> str:
    """
    Return the class and the text of an exception on one line, without secrets.
    """
    text = exception_text(error)
    return f"{class_name(error)}: {text}" if text else class_name(error)


def _error(record: Record) -> str:
    error = record.error
    if error is None:
        return ""
    text = exception_text(error) if record.instance.state == SKIPPED else one_line_of(error)
    return text if len(text) <= _MAX_ERROR_CHARS else f"{text[: _MAX_ERROR_CHARS - 1]}…"
