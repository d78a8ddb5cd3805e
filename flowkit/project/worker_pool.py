"""
Work that copies of this process do, so that whatever happens to one of them does not happen to this one.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import select
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, NoReturn, TypeAlias, TypeVar, final

import attrs

_T = TypeVar("_T")
Work: TypeAlias = "Callable[[Sequence[int], Callable[[int], None]], Iterator[_T]]"
"""
Does the pieces with the given numbers, one after the other, and yields what each gives. It says which one it begins.
"""

# The length of a message stands before it, in so many bytes.
_HEAD: Final = 8
# A copy keeps its answers that long, in seconds, and is asked that often what it is at: each message costs time.
_OFTEN: Final = 0.1
_STDOUT, _STDERR = 1, 2
_INTERRUPTED: Final = 130


@final
@attrs.frozen
class WorkerCrashed:
    """
    Stands for what a piece of work would have given: it ended the process that did it.
    """

    how: str
    """As in `exit status 3`, or `signal SIGSEGV`."""


def can_share() -> bool:
    """
    Return whether a copy of this process would work as it does.

    Other systems than Linux do not all allow it. Of other threads, a copy has nothing but the locks.
    """
    return sys.platform.startswith("linux") and threading.active_count() == 1


def in_shares(
    work: Work[_T], shares: Sequence[Sequence[int]], on_begin: Callable[[int], None]
) -> dict[int, _T | WorkerCrashed]:
    """
    Let a copy of this process do each of *shares*, all at one time, and return what each piece of work gave.

    A copy ends without the handlers that `atexit` knows, as Airflow's own copies do. What it prints goes to standard
    error, whichever way. The piece that a copy died of is known by a `Died`; another copy goes on with what is left.

    Args:
        work: Does the pieces of a share. What they give must be possible to pickle.

        shares: The numbers of the pieces.

        on_begin: Called with the number of a piece that has begun; of quick ones not with each.

    Raises:
        KeyboardInterrupt: If a copy was interrupted.
    """
    results: dict[int, _T | WorkerCrashed] = {}
    waiting = [tuple(share) for share in shares]
    copies: list[_Worker] = []
    # What is here stays here: no copy's garbage collector has to look at it.
    gc.freeze()
    try:
        while waiting or copies:
            copies += [_Worker.start(work, share) for share in waiting]
            waiting.clear()
            _wait(copies)
            for copy in tuple(copies):
                copy.read()
                on_begin(copy.at)
                if not copy.ended:
                    continue
                copies.remove(copy)
                results.update(copy.results)
                left = [number for number in copy.share if number not in copy.results]
                if left and copy.at in left:
                    results[copy.at] = WorkerCrashed(copy.how)
                    left.remove(copy.at)
                if left:
                    waiting.append(tuple(left))
    finally:
        gc.unfreeze()
        for copy in copies:
            copy.kill()
    return results


def _wait(copies: Sequence[_Worker]) -> None:
    select.select([handle for copy in copies for handle in (copy.pipe, copy.process)], [], [], _OFTEN)


@final
@attrs.define(eq=False)
class _Worker:
    """
    A copy of this process.
    """

    share: Sequence[int]
    pid: int
    process: int
    """What can be read when it has ended."""

    pipe: int
    """Where it writes its answers."""

    board: mmap.mmap
    """Where it writes the number of the piece that it has begun; nothing gets lost there when it dies."""

    results: dict[int, Any] = attrs.field(factory=dict)
    how: str = ""
    """How it ended."""

    ended: bool = False
    _unread: bytes = b""

    @classmethod
    def start(cls, work: Work[Any], share: Sequence[int]) -> _Worker:
        """
        Return a copy that does *share*.
        """
        for stream in (sys.stdout, sys.stderr):
            # Or else the copy would print it too.
            stream.flush()
        board = mmap.mmap(-1, _HEAD)
        board[:] = share[0].to_bytes(_HEAD, "little")
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # Python 3.12 and later warn of threads, which do not go on in the copy. There are none.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            os.close(reading)
            _answer(work, share, writing, board)
        os.close(writing)
        os.set_blocking(reading, False)
        return cls(share, pid, os.pidfd_open(pid), reading, board)

    @property
    def at(self) -> int:
        """
        The number of the piece that it does, or did last.
        """
        return int.from_bytes(self.board[:], "little")

    def read(self) -> None:
        """
        Take the answers that are there, and note whether it has ended.

        Raises:
            KeyboardInterrupt: If it was interrupted.
        """
        # Before the pipe is read: what it wrote last is there when it has ended.
        over = bool(select.select([self.process], [], [], 0)[0])
        with suppress(BlockingIOError):
            while part := os.read(self.pipe, 1 << 16):
                self._unread += part
        while len(self._unread) >= _HEAD:
            end = _HEAD + int.from_bytes(self._unread[:_HEAD], "little")
            if len(self._unread) < end:
                break
            self.results.update(pickle.loads(self._unread[_HEAD:end]))  # noqa: S301 - our own
            self._unread = self._unread[end:]
        if over:
            self._end()

    def _end(self) -> None:
        _, status = os.waitpid(self.pid, 0)
        self._close()
        code = os.waitstatus_to_exitcode(status)
        if code in {_INTERRUPTED, -signal.SIGINT}:
            raise KeyboardInterrupt
        self.how = f"exit status {code}" if code >= 0 else f"signal {_signal(-code)}"

    def _close(self) -> None:
        self.ended = True
        os.close(self.pipe)
        os.close(self.process)

    def kill(self) -> None:
        """
        Leave nothing of it behind.
        """
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._close()


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _answer(work: Work[Any], share: Sequence[int], pipe: int, board: mmap.mmap) -> NoReturn:
    """
    Write what *work* gives to *pipe*, and end this process.
    """
    code = 1
    # Kept under names of this function: the user's files may do anything to modules.
    write, end, out, err = os.write, os._exit, sys.stdout, sys.stderr
    try:
        # Standard output is that of the command; what user's files print, in whatever way, is for people.
        os.dup2(_STDERR, _STDOUT)
        for message in _messages(work, share, board):
            rest = message
            while rest:
                rest = rest[write(pipe, rest) :]
        code = 0
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - not of loading, which sees to its own, but after it
        at = int.from_bytes(board[:], "little")
        write(
            pipe, _framed(pickle.dumps({at: WorkerCrashed(f"{type(error).__name__} in what came after it")}))
        )
    finally:
        # Nothing of the process that this one is a copy of may run here: not the way out, and no traceback.
        with suppress(Exception):
            out.flush()
            err.flush()
        end(code)


def _messages(work: Work[Any], share: Sequence[int], board: mmap.mmap) -> Iterator[bytes]:
    def begin(number: int) -> None:
        board[:] = number.to_bytes(_HEAD, "little")

    dumps, clock = pickle.dumps, time.monotonic
    kept: dict[int, Any] = {}
    sent = clock()
    for number, result in zip(share, work(share, begin), strict=True):
        kept[number] = result
        if clock() - sent > _OFTEN:
            yield _framed(dumps(kept))
            kept, sent = {}, clock()
    yield _framed(dumps(kept))


def _framed(message: bytes) -> bytes:
    return len(message).to_bytes(_HEAD, "little") + message
