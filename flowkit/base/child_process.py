"""
Starts Python in a child process and exchanges lines of JSON with it.

The child gets the import path of its parent: `python -m` would put the working folder first, and with it any `airflow/`
there. Requests and events have pipes of their own, so nothing that the user's code reads or prints gets in between.
"""

from __future__ import annotations

import importlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, final

from typing_extensions import Self

from flowkit.base import keeper
from flowkit.base.parsing_context import clear_parsing_context

_CHILD: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from flowkit.base.child_process import run_child; run_child(*sys.argv[2:])"
)
# Another process may hold the pipe open after the child has exited, so the child is polled as well.
_POLL_S: Final = 0.2
_READ_BYTES: Final = 1 << 20
_LOG_TAIL_LINES: Final = 30


def start_python(
    code: str,
    *arguments: str,
    environment: Mapping[str, str],
    output: IO[bytes] | int | None,
    cwd: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """
    Start `python -c` in a session of its own, so that Ctrl-C reaches this process alone. Its standard input is empty.

    Args:
        code: What it executes.

        arguments: Its `sys.argv[1:]`.

        environment: Its environment. Airflow's parsing context is dropped.

        output: Where standard output and error go; `None`: where those of this process go.

        cwd: Its working folder, if not that of this process.

        pass_fds: The file descriptors that it inherits.

    Raises:
        OSError: If no process can be started.
    """
    env = dict(environment)
    clear_parsing_context(env)
    return subprocess.Popen(
        [sys.executable, "-u", "-c", code, *arguments],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        pass_fds=pass_fds,
        start_new_session=True,
    )


@final
class ChildProcess:
    """
    A Python process that runs `main` of one module. As a context manager, it is killed at the end.

    Args:
        module: The module. Its `main` takes a `ParentProcess`.

        environment: See `start_python`; by default that of this process.

        output: See `start_python`.

        cwd: See `start_python`.

        import_path: Its `sys.path`; by default that of this process.

    Raises:
        OSError: If no process can be started.
    """

    def __init__(
        self,
        module: str,
        *,
        environment: Mapping[str, str] | None = None,
        output: IO[bytes] | int | None = subprocess.DEVNULL,
        cwd: Path | None = None,
        import_path: Sequence[str] = (),
    ) -> None:
        requests_in, requests_out = os.pipe()
        events_in, events_out = os.pipe()
        self._requests = os.fdopen(requests_out, "wb", buffering=0)
        self._events = os.fdopen(events_in, "rb", buffering=0)
        self._lines: deque[bytes] = deque()
        self._unread = bytearray()
        try:
            self.process: subprocess.Popen[bytes] = start_python(
                _CHILD,
                json.dumps(list(import_path or sys.path)),
                *(module, str(requests_in), str(events_out)),
                environment=os.environ if environment is None else environment,
                output=output,
                cwd=cwd,
                pass_fds=(requests_in, events_out),
            )
        finally:
            os.close(requests_in)
            os.close(events_out)

    def send(self, request: Any) -> None:
        """
        Send a JSON value. If the child has exited already, `events` ends.
        """
        with suppress(BrokenPipeError):
            _write_line(self._requests.fileno(), request)

    def close_requests(self) -> None:
        """
        Send nothing more. A child that reads its requests to the end exits then.
        """
        with suppress(OSError):
            self._requests.close()

    def events(self, deadline: float | None = None) -> Iterator[Any]:
        """
        Yield the JSON values that the child sends, until it exits.

        Args:
            deadline: When to give up, on the clock of `time.monotonic`; `None`: never.

        Raises:
            TimeoutError: If the child is still running at the deadline.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._events, selectors.EVENT_READ)
            while True:
                while self._lines:
                    yield json.loads(self._lines.popleft())
                if deadline is not None and time.monotonic() > deadline:
                    raise TimeoutError
                exited = self.process.poll() is not None
                readable = bool(selector.select(0 if exited else _POLL_S))
                data = os.read(self._events.fileno(), _READ_BYTES) if readable else b""
                if not data and (exited or readable):
                    return
                first, *others = data.split(b"\n")
                self._unread += first
                for line in others:
                    self._lines.append(bytes(self._unread))
                    self._unread = bytearray(line)

    def kill(self) -> None:
        """
        Kill the child and all that it has started, and close the pipes.
        """
        if self.process.poll() is None:
            if keeper.IS_SUPPORTED:
                self.process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(keeper.MAX_KILL_S + 1)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.close_requests()
        self._events.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


@final
class ParentProcess:
    """
    The other end, in the child.
    """

    def __init__(self, requests: int, events: int) -> None:
        for fd in (requests, events):
            os.set_inheritable(fd, False)
        self._requests = os.fdopen(requests, "rb")
        self._events = events

    def requests(self) -> Iterator[Any]:
        """
        Yield the JSON values that the parent sends, until it closes the pipe or exits.
        """
        for line in self._requests:
            yield json.loads(line)

    def send(self, event: Any) -> None:
        """
        Send a JSON value.

        Raises:
            BrokenPipeError: If the parent has exited.
        """
        _write_line(self._events, event)


def run_child(module: str, requests: str, events: str) -> None:
    """
    Run `main` of *module*. This is the entry point of the child.

    If the parent exits, the child ends after as many seconds as `GRACE_S` of *module* says, by default at once.
    """
    loaded = importlib.import_module(module)
    keeper.split(grace_s=getattr(loaded, "GRACE_S", 0.0))
    loaded.main(ParentProcess(int(requests), int(events)))


def _write_line(fd: int, value: Any) -> None:
    data = json.dumps(value).encode() + b"\n"
    while data:
        data = data[os.write(fd, data) :]


def exit_reason(code: int) -> str:
    """
    Return how a process exited, as in `exited with code 3` or `was killed by SIGSEGV`.

    Args:
        code: The exit code; negative for the number of a signal.
    """
    if code >= 0:
        return f"exited with code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


def log_tail(log: Path, lines: int = _LOG_TAIL_LINES) -> str:
    """
    Return the last *lines* of a log file; nothing if it cannot be read.
    """
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""
