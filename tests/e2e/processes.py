"""
Ends every process of a tree that somebody started, whatever becomes of the one who started it.

Airflow forks workers and parsers, and puts some into groups of their own. So all that are started get a mark in their
environment, which forks inherit; and a process of its own, the reaper, waits for the end of the one who started them.
It ends all that bear the mark, also when a test run is killed, and then deletes the folders that were theirs alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import attrs
import psutil

MARK = "FLOWKIT_TEST_PROCESSES"
"""The variable that holds the mark."""


def marked(mark: str) -> list[psutil.Process]:
    """
    Return the processes that bear *mark*, without those that have ended and wait to be collected.
    """
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def end(processes: list[psutil.Process], grace: float) -> None:
    """
    End *processes*: ask them, and kill those that still live after *grace* seconds.
    """
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=grace)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=5)


def reap(mark: str, grace: float = 4) -> int:
    """
    End all processes that bear *mark*, also those that are started meanwhile; return how many are left.
    """
    deadline = time.monotonic() + grace + 10
    while (processes := marked(mark)) and time.monotonic() < deadline:
        # Those that the others belong to end their own; the rest is for the second round.
        end([process for process in processes if _leads(process)] or processes, grace)
        grace = 1
    return len(marked(mark))


def tails(logs: Iterable[Path], lines: int = 30) -> str:
    """
    Return the last lines of each of these files, below its name.
    """
    texts = {log.stem: log.read_text(errors="replace").splitlines() for log in logs if log.exists()}
    return "\n".join("\n".join([f"--- {name}", *text[-lines:]]) for name, text in texts.items())


def delete(folder: Path) -> None:
    """
    Delete *folder*, also when a process that has just ended still writes into it.
    """
    deadline = time.monotonic() + 5
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.1)


def _leads(process: psutil.Process) -> bool:
    try:
        return os.getsid(process.pid) == process.pid
    except ProcessLookupError:
        return False


@attrs.define
class Family:
    """
    Processes that end together.
    """

    folders: tuple[Path, ...] = ()
    """What they leave, and what goes with them."""

    mark: str = attrs.field(factory=lambda: uuid.uuid4().hex, init=False)
    _reaper: subprocess.Popen[str] | None = attrs.field(default=None, init=False)

    def watch(self) -> None:
        """
        See to the end of all that will be started, and of the folders, from now on.
        """
        if self._reaper is None:
            self._reaper = subprocess.Popen(
                [sys.executable, __file__, self.mark, *map(str, self.folders)],
                stdin=subprocess.PIPE,
                start_new_session=True,
                text=True,
            )

    def start(
        self,
        command: list[str],
        *,
        env: Mapping[str, str],
        log: Path,
        cwd: Path,
        user: int | None = None,
        group: int | None = None,
        extra_groups: Sequence[int] | None = None,
    ) -> subprocess.Popen[bytes]:
        """
        Start *command* in a session of its own; what it prints is added to *log*. Whose process it is can be said as
        `subprocess.Popen` takes it.
        """
        self.watch()
        output: IO[bytes]
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                # Without the second one, a process that gives itself a title writes over its environment.
                env={**env, MARK: self.mark, "SPT_NOENV": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                start_new_session=True,
                user=user,
                group=group,
                extra_groups=extra_groups,
            )

    def stop(self) -> None:
        """
        End them all, and delete their folders.

        Raises:
            RuntimeError: If one cannot be ended.
        """
        if self._reaper is None:
            return
        reaper, self._reaper = self._reaper, None
        reaper.communicate()
        if left := marked(self.mark):
            raise RuntimeError(f"These processes did not end: {left}")


if __name__ == "__main__":
    # Reads until the one who started this closes the pipe, or is no more.
    sys.stdin.read()
    left = reap(sys.argv[1])
    for folder in sys.argv[2:]:
        delete(Path(folder))
    sys.exit(min(left, 1))
