"""
Work that several processes share: copies of this one, which hand back what they found.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, TypeVar, final

import attrs

_T = TypeVar("_T")


def in_shares(work: Callable[[int], _T], count: int) -> list[_T]:
    """
    Return what *work* gives for 0 to *count* - 1.

    Share 0 is done here; each other one in a copy of this process, which ends without the handlers that `atexit` knows,
    as Airflow's own copies do. What a copy gives must be possible to pickle. The share of a copy that died, whatever
    the cause, is done here: what was wrong with it shows as it would without copies.
    """
    copies: list[_Copy] = []
    try:
        # Where the system allows no more processes, this one does the rest.
        with suppress(OSError):
            for number in range(1, count):
                copies.append(_Copy.start(work, number))  # noqa: PERF401 - those that were started have to be ended
        results = [work(0)]
        for number in range(1, count):
            answer = copies[number - 1].answer() if number <= len(copies) else None
            results.append(work(number) if answer is None else pickle.loads(answer))  # noqa: S301 - our own
        return results
    finally:
        for copy in copies:
            copy.end()


@final
@attrs.define
class _Copy:
    """
    A copy of this process.
    """

    pid: int
    pipe: int
    """Where it writes its answer."""

    ended: bool = False

    @classmethod
    def start(cls, work: Callable[[int], _T], number: int) -> _Copy:
        """
        Return a copy that does share *number*.
        """
        for stream in (sys.stdout, sys.stderr):
            # Or else the copy would print it too.
            stream.flush()
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # Python 3.12 and later warn of threads, which do not go on in the copy. Nobody there waits for them.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            os.close(reading)
            _answer(work, number, writing)
        os.close(writing)
        return cls(pid, reading)

    def answer(self) -> bytes | None:
        """
        Wait for the answer, and return it; `None` if there is none.
        """
        with os.fdopen(self.pipe, "rb", closefd=False) as pipe:
            answer = pipe.read()
        return answer if self._wait() == 0 else None

    def _wait(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        self.ended = True
        return status

    def end(self) -> None:
        """
        Leave nothing of it behind.
        """
        os.close(self.pipe)
        if not self.ended:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._wait()


def _answer(work: Callable[[int], object], number: int, pipe: int) -> NoReturn:
    """
    Write what *work* gives to *pipe*, and end this process.
    """
    code = 1
    try:
        answer = pickle.dumps(work(number))
        with os.fdopen(pipe, "wb") as out:
            out.write(answer)
        code = 0
    finally:
        # Nothing of the process that this one is a copy of may run here: not the way out, and no traceback.
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
