"""
Tells exceptions that stop the whole process, such as Ctrl-C, from those that the code of one pipeline raises.

User code may raise anything, `SystemExit` and `KeyboardInterrupt` too, and that is an error of its pipeline. But what
comes from outside must not be swallowed: Airflow's time limit, for instance, would never end the file.
"""

from __future__ import annotations

import builtins
import dis
from collections.abc import Iterable, Iterator
from itertools import pairwise
from types import FrameType, TracebackType
from typing import Any, Final

_RAISE: Final = dis.opmap["RAISE_VARARGS"]
_TRACEBACK: Final[Any] = vars(BaseException)["__traceback__"]


class Interruption(BaseException):
    """
    Raised by flowkit to stop user code. It is not an error of that code.
    """


def is_interruption(error: BaseException) -> bool:
    """
    Return whether *error* comes from outside the code that raised it, and has to be raised again.

    So does a Ctrl-C at the terminal, whatever else a signal handler raises to stop the process, Airflow's time limit
    for a file, and the outcome of a test that pytest ends. What user code itself raises does not, whatever its class.
    """
    pending: list[Any] = [error]
    while pending:
        item = pending.pop()
        # By the class: an object of a user's class may raise when it is asked for its `__class__`.
        kind = type(item)
        if issubclass(kind, Exception):
            continue
        if issubclass(kind, Interruption) or _is_of(kind, "_pytest"):
            return True
        frames = [entry.tb_frame for entry in traceback_entries(item)]
        if any(_handles_signal(frame, caller) for caller, frame in pairwise(frames)):
            return True
        if _is_of(kind, "airflow") and (not frames or _module(frames[-1]).startswith("airflow.")):
            return True
        if kind is KeyboardInterrupt and not _is_raised_by_code(item):
            return True
        # asyncio puts what a signal handler raises into a group.
        pending += _grouped(item)
    return False


def traceback_entries(error: BaseException) -> Iterator[TracebackType]:
    """
    Yield the entries of the traceback of *error*, the innermost last.
    """
    # Not by the attribute, which a user's class may replace.
    traceback: TracebackType | None = _TRACEBACK.__get__(error)
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def is_raise(entry: TracebackType) -> bool:
    """
    Return whether the exception of this entry of a traceback was raised by a `raise` statement there.
    """
    return entry.tb_frame.f_code.co_code[entry.tb_lasti] == _RAISE


def _is_of(kind: type, package: str) -> bool:
    return any(str(vars(base).get("__module__")).partition(".")[0] == package for base in kind.__mro__)


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))


def _handles_signal(frame: FrameType, caller: FrameType) -> bool:
    """
    Return whether Python called the function of *frame* as a signal handler, while that of *caller* ran.
    """
    code = frame.f_code
    if code.co_argcount < 2:
        return False
    arguments = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
    return any(issubclass(type(number), int) and value is caller for number, value in pairwise(arguments))


def _is_raised_by_code(error: KeyboardInterrupt) -> bool:
    """
    Return whether code raised *error*, and not Python on Ctrl-C. asyncio turns a Ctrl-C into a new exception.

    What Python raises has a traceback. What has none was put into a group without being raised.
    """
    entries = list(traceback_entries(error))
    return not entries or (is_raise(entries[-1]) and _module(entries[-1].tb_frame) != "asyncio.runners")


def _grouped(error: BaseException) -> Iterable[BaseException]:
    group: Any = getattr(builtins, "BaseExceptionGroup", None)  # since Python 3.11
    if group is None or not issubclass(type(error), group):
        return ()
    parts: Iterable[BaseException] = vars(group)["exceptions"].__get__(error)
    return parts
