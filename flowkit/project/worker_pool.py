"""
Runs work in forks of this process, so that a crash of one of them does not affect this process.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import select
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, NoReturn, TypeAlias, TypeVar, final

import attrs

from flowkit.base import keeper
from flowkit.base.child_process import exit_reason

_T = TypeVar("_T")
Work: TypeAlias = "Callable[[Sequence[int], Callable[[int], None]], Iterator[_T]]"
"""
Does the items with the given numbers in order, and yields the result of each. It calls the function when it begins one.
"""

# Each message is preceded by its length, in so many bytes.
_LENGTH_BYTES: Final = 8
# A worker sends its results, and its progress is read, at this interval: each message costs time.
_INTERVAL_S: Final = 0.1
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_EXIT_INTERRUPTED: Final = 130
# What a worker prints beyond this is discarded: a loop may print gigabytes.
_MAX_OUTPUT_BYTES: Final = 1 << 20
_READ_BYTES: Final = 1 << 16


@final
@attrs.frozen
class WorkerCrashed:
    """
    The result of an item whose worker crashed.
    """

    reason: str
    """As in `exited with code 3`, or `was killed by SIGSEGV`."""

    timed_out: bool = False
    """Whether it was ended since the item took too long."""


def can_fork() -> bool:
    """
    Return whether a fork of this process would work as it does.

    Forking is unsafe on some systems other than Linux, and a fork inherits the locks of other threads, but not the
    threads.
    """
    return sys.platform.startswith("linux") and threading.active_count() == 1


def run_in_workers(
    work: Work[_T],
    chunks: Sequence[Sequence[int]],
    on_begin: Callable[[int], None],
    *,
    limit: Callable[[int], float | None] = lambda _: None,
) -> dict[int, _T | WorkerCrashed]:
    """
    Run *work* on each of *chunks* at the same time, each in a fork of this process, and return the result of each item.

    What a worker prints goes to standard error, its standard input is empty, it exits without `atexit` handlers, as in
    Airflow, and what it has started ends with it. When it crashes, another one does the items after that.

    Args:
        work: Does the items of a chunk. Their results must be possible to pickle.

        chunks: The numbers of the items.

        on_begin: Called with the number of an item that has begun; of quick ones not with each.

        limit: Returns how long the item with that number may take, in seconds; `None`: any time.
    """
    results: dict[int, _T | WorkerCrashed] = {}
    waiting = [tuple(chunk) for chunk in chunks]
    workers: list[_Worker] = []
    gc.freeze()  # so that the workers' garbage collectors skip what exists already
    try:
        while waiting or workers:
            workers += [_Worker.start(work, chunk) for chunk in waiting]
            waiting.clear()
            select.select([fd for worker in workers for fd in worker.fds], [], [], _INTERVAL_S)
            for worker in [worker for worker in workers if worker.has_exited(on_begin, limit)]:
                workers.remove(worker)
                waiting += worker.unfinished()
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

    output: int
    """From which what it prints is read."""

    progress_cell: mmap.mmap
    """Shared memory with the number of the item that it has begun. It survives a crash, unlike an unsent message."""

    results: dict[int, Any] = attrs.field(factory=dict)
    crash: WorkerCrashed = attrs.field(default=WorkerCrashed(""))
    """How it exited."""

    exited: bool = False
    _unread: bytes = b""
    _printed: int = 0
    _begun: tuple[int, float] = (-1, 0.0)

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
        (reading, writing), (output, printing) = os.pipe(), os.pipe()
        with warnings.catch_warnings():
            # Python 3.12 and later warn about threads, which a fork does not have. There are none: see `can_fork`.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            os.close(reading)
            os.close(output)
            _run_fork(work, chunk, writing, printing, progress_cell)
        os.close(writing)
        os.close(printing)
        os.set_blocking(reading, False)
        os.set_blocking(output, False)
        return cls(chunk, pid, os.pidfd_open(pid), reading, output, progress_cell)

    @property
    def fds(self) -> tuple[int, ...]:
        """
        Readable when something has happened.
        """
        return self.pipe, self.output, self.pidfd

    @property
    def current(self) -> int:
        """
        The number of the item that it does, or did last.
        """
        return int.from_bytes(self.progress_cell[:], "little")

    def has_exited(self, on_begin: Callable[[int], None], limit: Callable[[int], float | None]) -> bool:
        """
        Read the results that have arrived, report the current item, and return whether it has exited.

        Args:
            on_begin: Called with the current item.

            limit: Returns after how many seconds an item is ended.
        """
        # Before the pipe is read, so that nothing written just before the exit is missed.
        exited = bool(select.select([self.pidfd], [], [], 0)[0])
        self._forward_output()
        self._read_results()
        if exited:
            self._wait()
        elif (limit_s := limit(self.current)) is not None and self._seconds() > limit_s:
            self.crash = WorkerCrashed(f"was ended after {limit_s:g} s", timed_out=True)
            self.kill()
        on_begin(self.current)
        return self.exited

    def _seconds(self) -> float:
        """
        Return for how long it has been doing the current item.
        """
        now = time.monotonic()
        if self._begun[0] != self.current:
            self._begun = (self.current, now)
        return now - self._begun[1]

    def _read_results(self) -> None:
        with suppress(BlockingIOError):
            while part := os.read(self.pipe, _READ_BYTES):
                self._unread += part
        while len(self._unread) >= _LENGTH_BYTES:
            end = _LENGTH_BYTES + int.from_bytes(self._unread[:_LENGTH_BYTES], "little")
            if len(self._unread) < end:
                break
            # The user's code may have written to the pipe as well: then results are missing.
            with suppress(Exception):
                self.results.update(pickle.loads(self._unread[_LENGTH_BYTES:end]))  # noqa: S301 - from our fork
            self._unread = self._unread[end:]

    def _forward_output(self) -> None:
        with suppress(BlockingIOError):
            # A worker that prints without end must not keep this process from looking at the time.
            for _ in range(_MAX_OUTPUT_BYTES // _READ_BYTES):
                part = os.read(self.output, _READ_BYTES)
                if not part:
                    return
                left = max(_MAX_OUTPUT_BYTES - self._printed, 0)
                self._printed += len(part)
                with suppress(OSError):
                    _write_all(_STDERR, part[:left])
                    if left and len(part) >= left:
                        _write_all(_STDERR, b"\n(flowkit discards what else is printed here.)\n")

    def _wait(self) -> None:
        _, status = os.waitpid(self.pid, 0)
        self._close()
        self.crash = WorkerCrashed(exit_reason(os.waitstatus_to_exitcode(status)))

    def unfinished(self) -> list[tuple[int, ...]]:
        """
        Return the items that are left after it has exited, as chunks; add the one at which it crashed to its results.
        """
        rest = [number for number in self.chunk if number not in self.results]
        if self.current in rest:
            self.results[self.current] = self.crash
            rest.remove(self.current)
        return [tuple(rest)] if rest else []

    def _close(self) -> None:
        self.exited = True
        for fd in self.fds:
            os.close(fd)

    def kill(self) -> None:
        """
        Kill it with all that it has started, if it is running.
        """
        if not self.exited:
            keeper.end(self.pid)
            self._forward_output()
            self._close()


def _run_fork(
    work: Work[Any], chunk: Sequence[int], pipe: int, printing: int, progress_cell: mmap.mmap
) -> NoReturn:
    """
    Write the results of *work* to *pipe*, and exit.
    """
    keeper.split()
    code = 1
    # Local names, because the user's files may do anything to modules.
    write, exit_now, out, err = _Writer(pipe), os._exit, sys.stdout, sys.stderr
    try:
        # Standard output belongs to the command; what the user's files print, in whatever way, is for people.
        for fd in (_STDOUT, _STDERR):
            os.dup2(printing, fd)
        os.dup2(os.open(os.devnull, os.O_RDONLY), _STDIN)
        for message in _messages(work, chunk, progress_cell, write.check):
            write(message)
        code = 0
    except KeyboardInterrupt:
        # Not from the terminal, since this process has a session of its own.
        code = _EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - loading handles the errors of files, so this one comes from the checks
        crashed = WorkerCrashed(f"failed with {type(error).__name__} in the checks after it")
        write(_framed(pickle.dumps({int.from_bytes(progress_cell[:], "little"): crashed})))
    finally:
        # Nothing of the original process may run here: no exit handlers, no traceback.
        with suppress(Exception):
            out.flush()
            err.flush()
        exit_now(code)


@final
class _Writer:
    """
    Writes to a pipe, as long as that is the same pipe, and this the same process.

    It keeps the functions that it needs: the user's files may replace those of Python.
    """

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._write, self._stat, self._same = os.write, os.fstat, os.path.samestat
        self._pid, self._exit = os.getpid, os._exit
        self._original, self._own = os.fstat(pipe), os.getpid()

    def check(self) -> None:
        """
        Exit if this is a fork that the user's files have made, and that has come back here.

        Raises:
            OSError: If the user's files have closed the pipe, or another file has its number.
        """
        if self._pid() != self._own:
            self._exit(0)
        if not self._same(self._original, self._stat(self._pipe)):
            raise BrokenPipeError

    def __call__(self, data: bytes) -> None:
        """
        Write all of *data*.
        """
        self.check()
        while data:
            data = data[self._write(self._pipe, data) :]


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _messages(
    work: Work[Any], chunk: Sequence[int], progress_cell: mmap.mmap, check: Callable[[], None]
) -> Iterator[bytes]:
    def begin(number: int) -> None:
        progress_cell[:] = number.to_bytes(_LENGTH_BYTES, "little")

    dumps, clock = pickle.dumps, time.monotonic
    unsent: dict[int, Any] = {}
    sent_at = clock()
    for number, result in zip(chunk, work(chunk, begin), strict=True):
        check()
        unsent[number] = result
        if clock() - sent_at > _INTERVAL_S:
            yield _framed(dumps(unsent))
            unsent, sent_at = {}, clock()
    yield _framed(dumps(unsent))


def _framed(message: bytes) -> bytes:
    return len(message).to_bytes(_LENGTH_BYTES, "little") + message
