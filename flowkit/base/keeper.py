"""
Ends whatever the user's code has started, together with the process that executes that code.

User code may start programs, fork, move to another session, ignore signals, or never return. So a process that executes
it is split in two: one executes it, and its parent, the keeper, never does. The keeper adopts each orphan among its
descendants, and kills all of them when the other process has exited, when it is asked to (SIGTERM), and when flowkit
itself has exited, however that happened. It exits as the other process did.

This needs Linux. Elsewhere nothing is split, and only the process itself is killed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Final, NoReturn

IS_SUPPORTED: Final = sys.platform.startswith("linux")
"""Whether `split` does anything."""

MAX_KILL_S: Final = 5.0
"""How long it tries: a process of another user, or one that waits for a broken disk, cannot be killed."""

# Of `prctl`.
_SET_PDEATHSIG: Final = 1
_SET_CHILD_SUBREAPER: Final = 36
_WATCHED: Final = frozenset(
    {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE}
)
_ENDING: Final = frozenset({signal.SIGTERM, signal.SIGHUP})
_POLL_S: Final = 0.005

temporary_folders: set[Path] = set()
"""Folders of this process to delete when it is killed while it has a keeper."""


def split(*, grace_s: float = 0.0) -> None:
    """
    Split this process, which has one thread, and return in the part that executes the user's code.

    That part gets a session of its own. In the other part this does not return.

    Args:
        grace_s: How long the user's code may tidy up after flowkit has exited.
    """
    if not IS_SUPPORTED:
        return
    parent = os.getppid()
    with suppress(PermissionError):
        # It may lead a session already.
        os.setsid()
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_CHILD_SUBREAPER, 1)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    keeper = os.getpid()
    pid = os.fork()
    if pid == 0:
        libc.prctl(_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(1)
        os.setsid()
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    status = None
    try:
        libc.prctl(_SET_PDEATHSIG, signal.SIGTERM)
        status = _watch(pid, parent, grace_s)
        _kill_descendants()
        if os.getppid() != parent:
            for folder in temporary_folders:
                rmtree(folder, ignore_errors=True)
    finally:
        _exit_like(status)


def _watch(pid: int, parent: int, grace_s: float) -> int | None:
    """
    Wait until process *pid* has exited, and return its status; `None` if it has to be killed.
    """
    deadline = None
    while True:
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended == pid:
            return status
        if ended:
            continue
        if deadline is None and os.getppid() != parent:
            deadline = time.monotonic() + grace_s
        wait_s = 1.0 if deadline is None else deadline - time.monotonic()
        if wait_s <= 0:
            return None
        received = signal.sigtimedwait(_WATCHED, wait_s)
        if received is not None and received.si_signo in _ENDING and os.getppid() == parent:
            return None


def _exit_like(status: int | None) -> NoReturn:
    code = 1 if status is None else os.waitstatus_to_exitcode(status)
    if code >= 0:
        os._exit(code)
    with suppress(OSError, ValueError):
        signal.signal(-code, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {-code})
    os.kill(os.getpid(), -code)
    os._exit(1)


def end(pid: int, *, grace_s: float = MAX_KILL_S + 1) -> None:
    """
    End a child process with all that it has started, and wait for it.

    Args:
        pid: A process that has called `split`, or any other.

        grace_s: After how long it is killed.
    """
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM if IS_SUPPORTED else signal.SIGKILL)
    deadline = time.monotonic() + grace_s
    with suppress(ChildProcessError):
        while not os.waitpid(pid, os.WNOHANG)[0]:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return
            time.sleep(_POLL_S)


def _kill_descendants() -> None:
    deadline = time.monotonic() + MAX_KILL_S
    while _has_children() and time.monotonic() < deadline:
        for pid in _descendants(os.getpid()):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_POLL_S)


def _has_children() -> bool:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    return False


def _descendants(pid: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for child, parent in _processes():
        children.setdefault(parent, []).append(child)
    waiting = children.get(pid, [])
    while waiting:
        found = waiting.pop()
        yield found
        waiting += children.get(found, [])


def _processes() -> Iterator[tuple[int, int]]:
    """
    Yield the id of each process, and that of its parent.
    """
    for name in os.listdir("/proc"):  # noqa: PTH208 - names are enough
        if name.isdigit():
            with suppress(OSError, ValueError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                # The name of the program, in parentheses, may contain anything.
                yield int(name), int(file.read().rpartition(b")")[2].split()[1])
