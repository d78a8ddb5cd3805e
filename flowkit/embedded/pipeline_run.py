"""
Runs one pipeline on an Airflow of the project's own.

The run happens in another process, so it can be stopped whatever it does, and Airflow's own log stays off the terminal.
This module starts that process, follows it and ends it. It imports no Airflow.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, final

from flowkit.base.child_process import ChildProcess, exit_reason, log_tail
from flowkit.embedded.home import Home, environment
from flowkit.embedded.run_events import Event, Finished, Job, Refused, decode, encode

# How long a task may tidy up when its run is stopped.
_GRACE_S: Final = 5.0


@final
class PipelineRun:
    """
    One run. Airflow starts in the background at once; `submit` sends the job, and `events` follows it.

    As a context manager, it leaves only its log behind.

    Args:
        home: Where Airflow keeps its database.

        folder: The folder with the pipelines.

    Raises:
        OSError: If no process can be started.
    """

    def __init__(self, home: Home, folder: Path) -> None:
        self._home = home
        self._state = home.new_run()
        self._dag_id: str | None = None
        with self.log.open("ab") as log:
            self._child = ChildProcess(
                "flowkit.embedded.pipeline_run_child",
                environment=environment(os.environ, home.folder, state=self._state, dags_folder=folder),
                output=log,
            )
        self._child.send([str(home.folder), str(self._state)])

    @property
    def log(self) -> Path:
        """
        All that Airflow and the tasks have logged and printed so far.
        """
        return self._state / "run.log"

    def submit(self, job: Job) -> None:
        """
        Send the job to run.
        """
        self._dag_id = job.dag_id
        self._child.send(encode(job))

    def answer(self, file: str | None) -> None:
        """
        Answer a `Lookup`: the file with the pipeline, or `None`.
        """
        self._child.send(file)

    def events(self, deadline: float | None = None) -> Iterator[Event]:
        """
        Yield what happens, until the run has finished or was refused.

        Args:
            deadline: When to give up, on the clock of `time.monotonic`; `None`: never.

        Raises:
            TimeoutError: If the run has not ended by then.
        """
        for value in self._child.events(deadline):
            event = decode(value)
            yield event
            if isinstance(event, Finished | Refused):
                return
        reason = exit_reason(self._child.process.wait())
        yield Refused(f"The Airflow process {reason}. The end of its log:\n{log_tail(self.log)}".rstrip())

    def keep_log(self) -> Path | None:
        """
        Move the log to the folder with the last log of each pipeline, and return its path.
        """
        if self._dag_id is None or not self.log.exists():
            return None

        kept = self._home.logs / f"{self._dag_id}.log"
        self.log.replace(kept)
        return kept

    def close(self) -> None:
        """
        End all processes of the run and remove its files.
        """
        # Programs started by tasks often have sessions of their own, so find them before their ancestor exits.
        process = self._child.process
        descendants = _descendants(process.pid) if process.poll() is None else []
        # This tells the process to exit, and lets its task tidy up.
        self._child.close_requests()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
        # The group: also what a task left running when it ended.
        self._child.kill()
        for descendant in descendants:
            # psutil compares start times too, so a process that has reused the pid is left alone.
            with suppress(Exception):
                descendant.kill()
        shutil.rmtree(self._state, ignore_errors=True)

    def __enter__(self) -> PipelineRun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self.keep_log()
        self.close()


def _descendants(pid: int) -> list[Any]:
    # Comes with Airflow, without types. Imported late: it is needed once, at the end.
    psutil: Any = importlib.import_module("psutil")
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return []


_FRAME_LINE = re.compile(r'^(?P<indent>\s*)File "(?P<file>[^"]+)", line \d+, in ')
_AIRFLOW_FILE = re.compile(
    r"/airflow/(sdk|providers|models|utils|_shared|serialization)/|/flowkit/(airflow|base|embedded)/"
)


def trim_tracebacks(log: str) -> str:
    """
    Return *log* with the frames of Airflow that precede the user's own removed from tracebacks.

    An error that Airflow itself raised keeps its innermost frame.
    """
    result: list[str] = []
    frames: list[list[str]] = []
    in_traceback = False
    for line in log.splitlines():
        if in_traceback and _FRAME_LINE.match(line):
            frames.append([line])
        elif in_traceback and frames and line.startswith("    "):
            frames[-1].append(line)
        else:
            if in_traceback:
                result += _user_frames(frames)
                frames = []
            in_traceback = line.strip() == "Traceback (most recent call last):"
            result.append(line)
    return "\n".join(result + _user_frames(frames))


def _user_frames(frames: list[list[str]]) -> list[str]:
    inside = [bool(_AIRFLOW_FILE.search(frame[0])) for frame in frames]
    first = inside.index(False) if False in inside else max(len(frames) - 1, 0)
    return [line for frame in frames[first:] for line in frame]
