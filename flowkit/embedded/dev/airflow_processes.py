"""
The processes of a local Airflow: started together, ended together, whatever becomes of the one who started them.

Airflow forks parsers and workers and gives some of them process groups of their own, so that neither a signal to one
process nor one to its group reaches all. Each process therefore inherits a mark in its environment, and what bears
the mark is ended; the next start ends what a killed one left behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

import attrs

if TYPE_CHECKING:
    import psutil

MARK: Final = "FLOWKIT_DEV_HOME"
"""The variable that says which local Airflow a process belongs to."""

# The import path is handed over as it is: `-m` would put the working folder first, and with it any `airflow/` there.
_START: Final = (
    "import sys, runpy; sys.path[:] = [path for path in sys.path if path]; sys.argv[0] = 'airflow'; "
    "runpy.run_module('airflow', run_name='__main__')"
)
COMPONENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "api-server": ("api-server",),
    "dag-processor": ("dag-processor",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
"""The processes of an Airflow, and the command of each."""


@final
@attrs.define(eq=False)
class Processes:
    """
    All processes of the local Airflow that lives in one folder.
    """

    home: Path
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = attrs.field(factory=dict, init=False)

    def command(self, *arguments: str) -> list[str]:
        """
        Return the command line of an `airflow` command.
        """
        return [sys.executable, "-c", _START, *arguments]

    def run(self, *arguments: str, log: Path, environment: Mapping[str, str] | None = None) -> int:
        """
        Run an `airflow` command to its end, and return its exit code.

        Args:
            arguments: The command.

            log: The file to which what it prints is added.

            environment: Its environment, if another than that of the other processes.
        """
        process = self._start(self.command(*arguments), log, environment)
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.kill()

    def start(self, component: str, log: Path) -> None:
        """
        Start one of `COMPONENTS`; what it prints is added to *log*.
        """
        self.running[component] = self._start(self.command(*COMPONENTS[component]), log)

    def _start(
        self, command: list[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                # Without the second one, a process that gives itself a title writes over its environment.
                env={**(environment or self.environment), MARK: str(self.home), "SPT_NOENV": "1"},
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for flowkit alone.
                start_new_session=True,
            )

    def ended(self) -> dict[str, int]:
        """
        Return the components that have ended by themselves, with their exit codes, and forget them.
        """
        found = {name: process.poll() for name, process in self.running.items()}
        codes = {name: code for name, code in found.items() if code is not None}
        for name in codes:
            # What it has forked would work on, beside what the next one forks.
            _kill(process for process in marked(self.home) if _session(process) == self.running[name].pid)
            del self.running[name]
        return codes

    def stop(self, grace: float = 4.0) -> None:
        """
        End all processes: ask them, and after *grace* seconds kill those that are left.
        """
        end_marked(self.home, grace)
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1)
        self.running.clear()


def marked(home: Path) -> list[psutil.Process]:
    """
    Return the processes that belong to the Airflow of *home*.
    """
    import psutil

    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return [process for process in found if process.pid != os.getpid()]


def end_marked(home: Path, grace: float) -> int:
    """
    End all processes that belong to the Airflow of *home*, and return how many there were.
    """
    import psutil

    first = marked(home)
    # Those that lead their sessions end their own children, and so in order.
    for process in first:
        with suppress(psutil.Error):
            if _session(process) == process.pid:
                process.send_signal(signal.SIGTERM)
    psutil.wait_procs(first, timeout=grace)
    deadline = time.monotonic() + grace
    while (left := marked(home)) and time.monotonic() < deadline:
        _kill(left)
        psutil.wait_procs(left, timeout=1)
    return len(first)


def _session(process: psutil.Process) -> int | None:
    with suppress(ProcessLookupError):
        return os.getsid(process.pid)
    return None


def _kill(processes: Iterable[psutil.Process]) -> None:
    import psutil

    for process in processes:
        with suppress(psutil.Error):
            process.kill()
