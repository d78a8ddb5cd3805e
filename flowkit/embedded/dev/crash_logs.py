"""
Why a process of Airflow has exited, according to its log.
"""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import Final

from flowkit.base.child_process import log_tail

_TAIL_LINES: Final = 15
_SEARCHED_LINES: Final = 200
_DISK_FULL: Final = ("disk is full", "No space left on device")
_MIN_FREE_BYTES: Final = 1024 * 1024


def crash_reason(log: Path) -> str:
    """
    Return the end of a log, indented, to print below a message; or the message that the disk is full.
    """
    if disk_is_full(log):
        return f"  The disk of {log.parent} is full. Free some space and start again."
    return textwrap.indent(log_tail(log, _TAIL_LINES), "  ", lambda _: True)


def disk_is_full(log: Path) -> bool:
    """
    Return whether the disk with a log is full, or was when the process wrote its last lines.
    """
    tail = log_tail(log, _SEARCHED_LINES)
    return any(text in tail for text in _DISK_FULL) or shutil.disk_usage(log.parent).free < _MIN_FREE_BYTES
