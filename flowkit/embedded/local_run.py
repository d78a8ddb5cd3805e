"""
Runs one pipeline here and now, on an Airflow of the project's own.

The run happens in another process: it can be stopped whatever it does, and Airflow's own log stays away from the
terminal. This module is the side that starts, watches and ends it; it imports no Airflow.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, final

from flowkit.embedded.home import Home, environment
from flowkit.embedded.run_events import Event, Finished, Job, Refused, decode, encode

# The import path is handed over as it is: `-m` would put the working folder first, and with it any `airflow/` there.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from flowkit.embedded.local_run_child import main; main(int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])"
)
_GRACE = 5.0
_LINES_OF_LOG = 30


@final
class LocalRun:
    """
    One run. It warms up from the moment that it is made; `submit` says what to run, `events` tells how it goes.

    Used as a context manager: whatever happens within, nothing of the run is left behind afterwards but its log.

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
        job_in, self._job = os.pipe()
        self._events, events_out = os.pipe()
        arguments = [json.dumps(sys.path), str(job_in), str(events_out), str(home.folder), str(self._state)]
        try:
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-u", "-c", _START, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=(job_in, events_out),
                    env=environment(os.environ, home.folder, state=self._state, dags_folder=folder),
                    start_new_session=True,
                )
        finally:
            os.close(job_in)
            os.close(events_out)

    @property
    def log(self) -> Path:
        """
        All that Airflow and the tasks have logged and printed so far.
        """
        return self._state / "run.log"

    def submit(self, job: Job) -> None:
        """
        Say what to run.
        """
        self._dag_id = job.dag_id
        # Did the process end already, `events` tells so.
        with suppress(BrokenPipeError):
            os.write(self._job, encode(job))

    def events(self, deadline: float | None = None) -> Iterator[Event]:
        """
        Yield what happens, until the run has ended or has been refused.

        Args:
            deadline: When to give up, on the clock of `time.monotonic`; `None`: never.

        Raises:
            TimeoutError: If the run has not ended by then.
        """
        buffer = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._events, selectors.EVENT_READ)
            while True:
                ended = self._process.poll() is not None
                if selector.select(0 if ended else 0.2):
                    data = os.read(self._events, 65536)
                    buffer += data
                    ended = ended and not data
                *lines, buffer = buffer.split(b"\n")
                for line in lines:
                    event = decode(line)
                    yield event
                    if isinstance(event, Finished | Refused):
                        return
                if ended:
                    yield Refused(self._why_ended())
                    return
                if deadline is not None and time.monotonic() > deadline:
                    raise TimeoutError

    def _why_ended(self) -> str:
        code = self._process.wait()
        how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        tail = "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-_LINES_OF_LOG:])
        return f"The process of Airflow has ended {how}. The end of its log:\n{tail}".rstrip()

    def keep_log(self) -> Path | None:
        """
        Move the log to where the last one of each pipeline stands, and return the path.
        """
        if self._dag_id is None or not self.log.exists():
            return None

        kept = self._home.logs / f"{self._dag_id}.log"
        self.log.replace(kept)
        return kept

    def close(self) -> None:
        """
        End all processes of the run, and remove what it leaves behind.
        """
        # Programs that tasks start often have sessions of their own: the tree has to be known before its root ends.
        tree = _descendants(self._process.pid) if self._process.poll() is None else []
        with suppress(OSError):
            # This tells the process to end, and gives its task a chance to tidy up.
            os.close(self._job)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        _kill(self._process, tree)
        with suppress(OSError):
            os.close(self._events)
        shutil.rmtree(self._state, ignore_errors=True)

    def __enter__(self) -> LocalRun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self.keep_log()
        self.close()


def _kill(process: subprocess.Popen[bytes], tree: list[Any]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        # The group: also what a task left running when it ended.
        os.killpg(process.pid, signal.SIGKILL)
    for descendant in tree:
        # psutil knows a process by its time of start too: a number that another one has got by now is left alone.
        with suppress(Exception):
            descendant.kill()
    process.wait()


def _descendants(pid: int) -> list[Any]:
    # Comes with Airflow, without types. Late: it is needed once, at the end.
    psutil: Any = importlib.import_module("psutil")
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return []


_FRAME = re.compile(r'^(?P<indent>\s*)File "(?P<file>[^"]+)", line \d+, in ')
_AIRFLOWS = re.compile(
    r"/airflow/(sdk|providers|models|utils|_shared|serialization)/|/flowkit/(airflow|embedded)/"
)


def trimmed(log: str) -> str:
    """
    Return *log* without the lines of tracebacks that lie in Airflow, above the first line of the user's own.

    An error that Airflow itself raised keeps its innermost line.
    """
    result: list[str] = []
    frames: list[list[str]] = []
    within = False
    for line in log.splitlines():
        if within and _FRAME.match(line):
            frames.append([line])
        elif within and frames and line.startswith("    "):
            frames[-1].append(line)
        else:
            if within:
                result += _outside(frames)
                frames = []
            within = line.strip() == "Traceback (most recent call last):"
            result.append(line)
    return "\n".join(result + _outside(frames))


def _outside(frames: list[list[str]]) -> list[str]:
    inside = [bool(_AIRFLOWS.search(frame[0])) for frame in frames]
    first = inside.index(False) if False in inside else max(len(frames) - 1, 0)
    return [line for frame in frames[first:] for line in frame]
