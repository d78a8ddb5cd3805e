"""
The source location of a call in the user's files.
"""

from __future__ import annotations

import site
import sys
import sysconfig
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType
from typing import final

import attr

from flowkit.base.interruption import traceback_entries
from flowkit.base.record import record

_PACKAGE = str(Path(__file__).parent.parent) + "/"
_ATTRS = str(Path(attr.__file__).parent) + "/"
_INSTALLED = tuple(
    {sysconfig.get_path(name) + "/" for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {folder + "/" for folder in (*site.getsitepackages(), site.getusersitepackages())}
)

# Python finds the line of an instruction by reading the line table from the start. Beyond this many bytes of bytecode
# (some 150 calls in one function, or at the top level of a file) it is faster to read the whole table once.
_LINE_TABLE_OFFSET_BYTES = 2_000
_MAX_LINE_TABLES = 16


@final
@record
class SourceLocation:
    """
    A line in a user's file.
    """

    file: str
    """The path of the file, as Python knows it."""

    line: int
    """The line number, from 1."""

    @property
    def short_file(self) -> str:
        """
        The path relative to the working directory, as compilers print it: short, and clickable in an editor.
        """
        try:
            return str(Path(self.file).relative_to(Path.cwd()))
        except (ValueError, OSError):
            return self.file

    def __str__(self) -> str:
        return f"{self.short_file}:{self.line}"


def caller(frames: int = 1) -> SourceLocation:
    """
    Return the location of the innermost call outside flowkit.

    A chain over several lines is one expression, yet Python knows the line of each call in it: errors must
    show that line.

    Args:
        frames: How many of the innermost frames are certainly flowkit's. They need not be looked at.
    """
    frame: FrameType | None = sys._getframe(frames)
    while frame is not None:
        code = frame.f_code
        file = code.co_filename
        is_internal = _internal.get(file)
        if is_internal is None:
            is_internal = _internal[file] = _is_internal(file)
        if not is_internal:
            position = frame.f_lasti
            line = frame.f_lineno if position < _LINE_TABLE_OFFSET_BYTES else _line(code, position)
            return _location(file, line)
        frame = frame.f_back

    return SourceLocation("<unknown>", 0)


# Builders ask for this often, for very few files, and a loop looks up the same lines again and again.
_internal: dict[str, bool] = {}


def _is_internal(file: str) -> bool:
    # attrs and flowkit compile the methods that they generate under file names of their own.
    return file.startswith((_PACKAGE, _ATTRS, "<attrs ", "<flowkit "))


_location = lru_cache(maxsize=1_024)(SourceLocation)

_tables: dict[int, tuple[CodeType, list[int], list[int]]] = {}


def _line(code: CodeType, instruction: int) -> int:
    """
    Return the line of an instruction of *code*, in time that does not grow with its offset.
    """
    # By identity: Python recomputes the hash of a code object each time, from its whole content.
    table = _tables.get(id(code))
    if table is None or table[0] is not code:
        if len(_tables) >= _MAX_LINE_TABLES:
            _tables.clear()
        spans = [(start, line) for start, _, line in code.co_lines() if line is not None]
        table = _tables[id(code)] = (code, [start for start, _ in spans], [line for _, line in spans])
    _, starts, lines = table
    return lines[bisect_right(starts, instruction) - 1]


def users_caller() -> SourceLocation:
    """
    Return the location of the innermost call in the user's files, though an installed library may have called flowkit.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if is_users(frame.f_code.co_filename):
            return SourceLocation(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return SourceLocation("<unknown>", 0)


def is_users(file: str) -> bool:
    """
    Return whether *file* is neither part of flowkit nor installed with Python or by pip.
    """
    return not file.startswith((_PACKAGE, "<", *_INSTALLED))


def users_line(error: BaseException) -> SourceLocation | None:
    """
    Return the innermost line of the user's files that *error* passed through: it may have called installed libraries.
    """
    location = None
    for entry in traceback_entries(error):
        file = entry.tb_frame.f_code.co_filename
        if is_users(file):
            location = SourceLocation(file, entry.tb_lineno)
    return location
