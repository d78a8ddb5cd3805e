"""
PostgreSQL and Redis for tests: on free ports, with all that they keep in a temporary folder.

    with postgres(folder) as database, redis(folder) as broker:
        AirflowServer(home, connection=database.url, executor="CeleryExecutor", ...)

Both are the servers that Debian packages as `postgresql` and `redis-server`. `missing()` says what a machine lacks.
They are ended with the block, and when the test run is killed (`processes.py`).
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs

from tests.e2e.processes import Family

_WAIT = 30


def free_port() -> int:
    """
    Return the number of a port that nobody uses.
    """
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def missing(*, programs: tuple[str, ...] = (), modules: tuple[str, ...] = ()) -> list[str]:
    """
    Return which of these *programs* and Python *modules* are not installed here.

    Args:
        programs: Names, as a shell knows them; those of PostgreSQL too, which Debian keeps apart.

        modules: Names as `import` takes them.
    """
    return [name for name in programs if _program(name) is None] + [
        name for name in modules if not _has(name)
    ]


@attrs.define
class Server:
    """
    A server that runs.
    """

    url: str
    """Where it is, as SQLAlchemy or Celery writes it."""

    port: int
    log: Path
    """What it has printed."""

    _command: list[str]
    _folder: Path
    _works: Callable[[], bool]
    _user: dict[str, Any] = attrs.field(factory=dict)
    _family: Family = attrs.field(factory=Family)
    _process: subprocess.Popen[bytes] | None = attrs.field(default=None, init=False)

    def start(self) -> None:
        """
        Start it, as after `kill`, on the port and with the data that it had.

        Raises:
            TimeoutError: If it does not answer within half a minute; with what it printed.
        """
        self._process = self._family.start(
            self._command, env=_environment(), log=self.log, cwd=self._folder, **self._user
        )
        deadline = time.monotonic() + _WAIT
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._works():
                return
            time.sleep(0.1)
        raise TimeoutError(f"{self._command[0]} does not answer:\n{self.log.read_text()[-3000:]}")

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """
        Send it a signal, and wait for its end.
        """
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=_WAIT)
            self._process = None

    def stop(self, number: signal.Signals) -> None:
        """
        End it in peace with a signal, and all that it has started.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.kill(number)
        self._family.stop()


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[Server]:
    """
    A PostgreSQL with an empty database `airflow`; its `url` is for `AirflowServer(connection=…)`, with psycopg2.

    Args:
        folder: Where its log goes, `postgres.log`. Its data lie in a folder of their own, which its user may enter: it
            refuses to run as root, and then runs as `postgres` or `nobody`.
    """
    home = Path(tempfile.mkdtemp(prefix="flowkit-postgres-"))
    # Deletes the folder, also when the test run is killed.
    family = Family((home,))
    family.watch()
    try:
        user = _unprivileged()
        if user:
            os.chown(home, user["user"], user["group"])
        data, port = home / "data", free_port()
        options = ["--username=airflow", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        _run("initdb", f"--pgdata={data}", *options, cwd=home, **user)
        command = [_found("postgres"), "-D", str(data), "-p", str(port), "-k", str(home)]
        # What is lost when the machine fails does not matter here.
        for setting in ("listen_addresses=127.0.0.1", "fsync=off", "max_connections=200"):
            command += ["-c", setting]
        at = ("--host=127.0.0.1", f"--port={port}", "--username=airflow")
        server = Server(
            f"postgresql+psycopg2://airflow@127.0.0.1:{port}/airflow",
            port,
            folder / "postgres.log",
            command,
            home,
            lambda: _run("pg_isready", *at, "--quiet", cwd=home, check=False) == 0,
            user,
            family,
        )
        try:
            server.start()
            _run("createdb", *at, "airflow", cwd=home)
            yield server
        finally:
            # Without waiting for its clients.
            server.stop(signal.SIGINT)
    finally:
        family.stop()


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[Server]:
    """
    A Redis that keeps what it was told, also when it is killed; its `url` is for Celery's broker.

    Args:
        folder: Where its log and its data go.
    """
    port = free_port()
    command = [_found("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    # A title of its own would write over the environment, which holds the mark of the test.
    command += ["--set-proc-title", "no"]
    at = ("-h", "127.0.0.1", "-p", str(port))

    def works() -> bool:
        # While it reads its data it answers, but not with success.
        done = subprocess.run(
            [_found("redis-cli"), *at, "ping"], capture_output=True, check=False, timeout=10
        )
        return b"PONG" in done.stdout

    server = Server(f"redis://127.0.0.1:{port}/0", port, folder / "redis.log", command, folder, works)
    try:
        server.start()
        yield server
    finally:
        server.stop(signal.SIGTERM)


def _program(name: str) -> str | None:
    found = shutil.which(name)
    # Debian keeps the programs of each version of PostgreSQL in a folder of its own.
    others = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return found or (str(others[-1]) if others else None)


def _has(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _found(name: str) -> str:
    found = _program(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed.")
    return found


def _run(name: str, *arguments: str, check: bool = True, **options: Any) -> int:
    done = subprocess.run(
        [_found(name), *arguments],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )
    if check and done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stdout}{done.stderr}")
    return done.returncode


def _environment() -> dict[str, str]:
    # No settings of the caller's own PostgreSQL.
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody.")
