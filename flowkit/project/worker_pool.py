"""
Runs work in forks of this process, so that a crash of one of them does not affect this process.
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

from flowkit.base.child_process import exit_reason, kill_fork

_T = TypeVar("_T")
Work: TypeAlias = "Callable[[Sequence[int], Callable[[int], None]], Iterator[_T]]"
"""
Does the items with the given numbers in order, and yields the result of each. It calls the function when it begins one.
"""

# Each message is preceded by its length, in so many bytes.
_LENGTH_BYTES: Final = 8
# A worker sends its results, and its progress is read, at this interval: each message costs time.
_INTERVAL_S: Final = 0.1
_STDOUT, _STDERR = 1, 2
_EXIT_INTERRUPTED: Final = 130


@final
@attrs.frozen
class WorkerCrashed:
    """
    The result of an item whose worker crashed.
    """

    reason: str
    """As in `exited with code 3`, or `was killed by SIGSEGV`."""


def can_fork() -> bool:
    """
    Return whether a fork of this process would work as it does.

    Forking is unsafe on some systems other than Linux, and a fork inherits the locks of other threads, but not the
    threads.
    """
    return sys.platform.startswith("linux") and threading.active_count() == 1


def run_in_workers(
    work: Work[_T], chunks: Sequence[Sequence[int]], on_begin: Callable[[int], None]
) -> dict[int, _T | WorkerCrashed]:
    """
    Run *work* on each of *chunks* at the same time, each in a fork of this process, and return the result of each item.

    A worker exits without running `atexit` handlers, as Airflow's forks do, and all that it prints goes to standard
    error. The item at which a worker crashed gets a `WorkerCrashed`; another worker does the rest of the chunk.

    Args:
        work: Does the items of a chunk. Their results must be possible to pickle.

        chunks: The numbers of the items.

        on_begin: Called with the number of an item that has begun; of quick ones not with each.

    Raises:
        KeyboardInterrupt: If a worker was interrupted.
    """
    results: dict[int, _T | WorkerCrashed] = {}
    waiting = [tuple(chunk) for chunk in chunks]
    workers: list[_Worker] = []
    gc.freeze()  # so that the workers' garbage collectors skip what exists already
    try:
        while waiting or workers:
            workers += [_Worker.start(work, chunk) for chunk in waiting]
            waiting.clear()
            select.select(
                [fd for worker in workers for fd in (worker.pipe, worker.pidfd)], [], [], _INTERVAL_S
            )
            for worker in [worker for worker in workers if worker.has_exited(on_begin)]:
                workers.remove(worker)
                if rest := worker.unfinished():
                    waiting.append(rest)
                results.update(worker.results)
    finally:
        gc.unfreeze()
        for worker in workers:
            worker.kill()
    return results


@final
@attrs.define(eq=False)
class _Worker:
    """
    A fork of this process.
    """

    chunk: Sequence[int]
    pid: int
    pidfd: int
    """Readable when it has exited."""

    pipe: int
    """From which its results are read."""

    progress_cell: mmap.mmap
    """Shared memory with the number of the item that it has begun. It survives a crash, unlike an unsent message."""

    results: dict[int, Any] = attrs.field(factory=dict)
    reason: str = ""
    """How it exited."""

    exited: bool = False
    _unread: bytes = b""

    @classmethod
    def start(cls, work: Work[Any], chunk: Sequence[int]) -> _Worker:
        """
        Fork, and let the fork do *chunk*.
        """
        for stream in (sys.stdout, sys.stderr):
            # Otherwise the fork would print what is buffered too.
            stream.flush()
        progress_cell = mmap.mmap(-1, _LENGTH_BYTES)
        progress_cell[:] = chunk[0].to_bytes(_LENGTH_BYTES, "little")
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # Python 3.12 and later warn about threads, which a fork does not have. There are none: see `can_fork`.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            os.close(reading)
            _run_fork(work, chunk, writing, progress_cell)
        os.close(writing)
        os.set_blocking(reading, False)
        return cls(chunk, pid, os.pidfd_open(pid), reading, progress_cell)

    @property
    def current(self) -> int:
        """
        The number of the item that it does, or did last.
        """
        return int.from_bytes(self.progress_cell[:], "little")

    def has_exited(self, on_begin: Callable[[int], None]) -> bool:
        """
        Read the results that have arrived, report the current item, and return whether it has exited.

        Raises:
            KeyboardInterrupt: If it was interrupted.
        """
        # Before the pipe is read, so that nothing written just before the exit is missed.
        exited = bool(select.select([self.pidfd], [], [], 0)[0])
        with suppress(BlockingIOError):
            while part := os.read(self.pipe, 1 << 16):
                self._unread += part
        while len(self._unread) >= _LENGTH_BYTES:
            end = _LENGTH_BYTES + int.from_bytes(self._unread[:_LENGTH_BYTES], "little")
            if len(self._unread) < end:
                break
            self.results.update(pickle.loads(self._unread[_LENGTH_BYTES:end]))  # noqa: S301 - written by our fork
            self._unread = self._unread[end:]
        if exited:
            self._wait()
        on_begin(self.current)
        return exited

    def _wait(self) -> None:
        _, status = os.waitpid(self.pid, 0)
        self._close()
        code = os.waitstatus_to_exitcode(status)
        if code in {_EXIT_INTERRUPTED, -signal.SIGINT}:
            raise KeyboardInterrupt
        self.reason = exit_reason(code)

    def unfinished(self) -> tuple[int, ...]:
        """
        Return the items that are left after it has exited; add the one at which it crashed to its results.
        """
        rest = [number for number in self.chunk if number not in self.results]
        if self.current in rest:
            self.results[self.current] = WorkerCrashed(self.reason)
            rest.remove(self.current)
        return tuple(rest)

    def _close(self) -> None:
        self.exited = True
        os.close(self.pipe)
        os.close(self.pidfd)

    def kill(self) -> None:
        """
        Kill it, if it is running.
        """
        if not self.exited:
            kill_fork(self.pid)
            self._close()


def _run_fork(work: Work[Any], chunk: Sequence[int], pipe: int, progress_cell: mmap.mmap) -> NoReturn:
    """
    Write the results of *work* to *pipe*, and exit.
    """
    code = 1
    # Local names, because the user's files may do anything to modules.
    write, exit_now, out, err = os.write, os._exit, sys.stdout, sys.stderr
    try:
        # Standard output belongs to the command; what the user's files print, in whatever way, is for people.
        os.dup2(_STDERR, _STDOUT)
        for message in _messages(work, chunk, progress_cell):
            rest = message
            while rest:
                rest = rest[write(pipe, rest) :]
        code = 0
    except KeyboardInterrupt:
        code = _EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - loading handles the errors of files, so this one comes from the checks
        crashed = WorkerCrashed(f"failed with {type(error).__name__} in the checks after it")
        write(pipe, _framed(pickle.dumps({int.from_bytes(progress_cell[:], "little"): crashed})))
    finally:
        # Nothing of the original process may run here: no exit handlers, no traceback.
        with suppress(Exception):
            out.flush()
            err.flush()
        exit_now(code)


def _messages(work: Work[Any], chunk: Sequence[int], progress_cell: mmap.mmap) -> Iterator[bytes]:
    def begin(number: int) -> None:
        progress_cell[:] = number.to_bytes(_LENGTH_BYTES, "little")

    dumps, clock = pickle.dumps, time.monotonic
    unsent: dict[int, Any] = {}
    sent_at = clock()
    for number, result in zip(chunk, work(chunk, begin), strict=True):
        unsent[number] = result
        if clock() - sent_at > _INTERVAL_S:
            yield _framed(dumps(unsent))
            unsent, sent_at = {}, clock()
    yield _framed(dumps(unsent))


def _framed(message: bytes) -> bytes:
    return len(message).to_bytes(_LENGTH_BYTES, "little") + message
