"""
What the logs of Airflow's processes say when one of them has ended.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

_TAIL: Final = 15
_SEARCHED: Final = 200
_FULL: Final = ("disk is full", "No space left on device")
_NOTHING: Final = 1024 * 1024


def why(log: Path) -> str:
    """
    Return the end of a log, as lines to print below a message; or that the disk is full, if it is.
    """
    if disk_is_full(log):
        return f"  The disk of {log.parent} is full. Make room, and start again."
    return "\n".join(f"  {line}" for line in _lines(log)[-_TAIL:])


def disk_is_full(log: Path) -> bool:
    """
    Return whether the disk with a log is full, or was when the process wrote its last lines.
    """
    told = any(words in line for line in _lines(log)[-_SEARCHED:] for words in _FULL)
    return told or shutil.disk_usage(log.parent).free < _NOTHING


def _lines(log: Path) -> list[str]:
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
