"""
Errors of flowkit itself. One is a problem of the pipeline that it happened to, so that the others live.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Final

from flowkit.base.call_site import SourceLocation
from flowkit.base.exception_text import class_name, sentence
from flowkit.base.interruption import is_raise, traceback_entries
from flowkit.base.problems import Problem

_PACKAGE: Final = Path(__file__).parent.parent
_HINT: Final = "This is a bug in flowkit. Please report it, with this message and the lines of the pipeline."


def is_internal(error: BaseException) -> bool:
    """
    Return whether flowkit's own code failed with *error*: neither code that it called, nor a `raise` of its own.
    """
    innermost = _innermost(error)
    return _is_of_flowkit(innermost) and not (innermost is not None and is_raise(innermost))


def _innermost(error: BaseException) -> TracebackType | None:
    entries = list(traceback_entries(error))
    return entries[-1] if entries else None


def _is_of_flowkit(entry: TracebackType | None) -> bool:
    return entry is not None and Path(entry.tb_frame.f_code.co_filename).is_relative_to(_PACKAGE)


def unexpected_error(error: BaseException, location: SourceLocation | None, dag_id: str | None) -> Problem:
    """
    Return the problem of the pipeline *dag_id*, in whose processing *error* was raised: by flowkit, or by the code of
    an object that the pipeline holds.
    """
    if _is_of_flowkit(_innermost(error)):
        return internal_error(error, location, dag_id)
    message = sentence(f"The pipeline holds a value that raised {class_name(error)} when it was read", error)
    return Problem("FK008", message, "Pass another value.", location, dag_id)


def internal_error(error: BaseException, location: SourceLocation | None, dag_id: str | None) -> Problem:
    """
    Return the problem of the pipeline *dag_id*, in whose processing flowkit failed with *error*.
    """
    lines = [
        f"{Path(entry.tb_frame.f_code.co_filename).relative_to(_PACKAGE.parent).as_posix()}:{entry.tb_lineno}"
        for entry in traceback_entries(error)
        if _is_of_flowkit(entry)
    ]
    where = f" at {lines[-1]}" if lines else ""
    message = sentence(f"Internal error: flowkit failed with {class_name(error)}{where}", error)
    return Problem("FK999", message, _HINT, location, dag_id)
