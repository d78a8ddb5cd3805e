"""
The processes of a local Airflow, which start and end together.

Airflow forks parsers and workers and gives some of them process groups of their own, so no signal to a process or to a
group reaches all. Each process therefore inherits an environment variable, by which it is found and ended. The
next start ends what a killed `flowkit dev` left behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

import attrs

from flowkit.base.child_process import start_python

if TYPE_CHECKING:
    import psutil

MARK: Final = "FLOWKIT_DEV_HOME"
"""The environment variable with the home of the local Airflow that a process belongs to."""

# Like `python -m airflow`, but without the working folder on the import path.
_AIRFLOW: Final = (
    "import sys, runpy; sys.path[:] = [path for path in sys.path if path]; sys.argv[0] = 'airflow'\n"
    "if sys.argv[1] == 'api-server':\n"
    "    from flowkit.embedded.dev.api_server import guard_server; guard_server()\n"
    "runpy.run_module('airflow', run_name='__main__')"
)
COMPONENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "api-server": ("api-server",),
    "dag-processor": ("dag-processor",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
"""The processes of Airflow, and their commands."""


@final
@attrs.define(eq=False)
class Processes:
    """
    All processes of the local Airflow that lives in one folder.
    """

    home: Path
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = attrs.field(factory=dict, init=False)

    def run(self, *arguments: str, log: Path, environment: Mapping[str, str] | None = None) -> int:
        """
        Run an `airflow` command and return its exit code.

        Args:
            arguments: The command.

            log: The file to which its output is appended.

            environment: Its environment; by default that of the other processes.
        """
        process = self._start(arguments, log, environment)
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.kill()

    def start(self, component: str, log: Path) -> None:
        """
        Start one of `COMPONENTS`. Its output is appended to *log*.
        """
        self.running[component] = self._start(COMPONENTS[component], log)

    def _start(
        self, arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        # Without the second variable, a process that sets its title overwrites its environment.
        env = {**(environment or self.environment), MARK: str(self.home), "SPT_NOENV": "1"}
        with log.open("ab") as output:
            return start_python(_AIRFLOW, *arguments, environment=env, output=output, cwd=self.home)

    def pop_exited(self) -> dict[str, int]:
        """
        Remove the components that have exited by themselves, and return their exit codes.
        """
        codes = {name: process.poll() for name, process in self.running.items()}
        exited = {name: code for name, code in codes.items() if code is not None}
        for name in exited:
            # Otherwise its forks would keep running next to those of its replacement.
            _kill(process for process in marked(self.home) if _session(process) == self.running[name].pid)
            del self.running[name]
        return exited

    def stop(self, grace: float = 4.0) -> None:
        """
        Terminate all processes, and kill those that are left after *grace* seconds.
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

    processes = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                processes.append(process)
    return [process for process in processes if process.pid != os.getpid()]


def end_marked(home: Path, grace: float) -> int:
    """
    End all processes that belong to the Airflow of *home*, and return how many there were.
    """
    import psutil

    first = marked(home)
    # Session leaders end their own children, in the right order.
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
