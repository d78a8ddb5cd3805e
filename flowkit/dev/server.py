"""
The loop of `flowkit dev`: a local Airflow, the user's files, and how long it takes from the one to the other.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.airflow.server_database import Database, Parsed
from flowkit.airflow.server_home import ServerHome, server_environment
from flowkit.airflow.server_processes import COMPONENTS, Processes, end_marked
from flowkit.dev.events import Crashed, Event, Found, Late, Live, Ready, Starting
from flowkit.dev.imports import Imports
from flowkit.dev.project import Look, Project
from flowkit.dev.watch import roots_of, saves
from flowkit.errors import RunError
from flowkit.load import find

# Airflow loses a request for a file that it is parsing just then; so it is repeated. Not before Airflow has come to
# rest for as many seconds: it works on the newest requests first, and would leave the older ones to wait.
_AGAIN: Final = 1.5
_LATE: Final = 15.0
_GIVE_UP: Final = 120.0
_START_LIMIT: Final = 180.0
_RESTARTS: Final = 3
_TAIL: Final = 15


@attrs.define
class _Pending:
    """
    A save that Airflow does not show yet.
    """

    files: frozenset[str]
    """The DAG files that it concerns, by their paths in the DAG folder."""

    saved: float
    """When it was saved, in seconds since 1970."""

    gone: frozenset[str] = frozenset()
    """Of these files, those that no longer exist."""

    empty: frozenset[str] = frozenset()
    """Of these files, those that hold nothing that Airflow could show."""

    first: bool = False
    """Whether it stands for the files as they were at the start."""

    told_late: bool = False


@final
class DevServer:
    """
    A local Airflow that shows one DAG folder as it is, save by save.

    Used as a context manager: at its end nothing of it is left running.

    Args:
        folder: The DAG folder.

        port: Where on 127.0.0.1 the UI and the API are served.

    Raises:
        RunError: If Airflow is not installed, its folder cannot be used, or another one uses it.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self.folder = folder
        self._home = ServerHome.of(folder)
        environment = server_environment(os.environ, self._home, folder=folder, port=port)
        self._processes = Processes(self._home.folder, environment)
        self._database = Database(self._home.database)
        self._environment = environment
        self._roots = roots_of(folder)
        self._imports = Imports(self._roots)
        self._known: set[Path] = set()
        self._pending: list[_Pending] = []
        self._restarts = 0
        self._newest = 0.0
        self._moved = time.monotonic()

    def run(self) -> Iterator[Event]:
        """
        Start, and yield what happens until the caller has enough.

        Raises:
            RunError: If Airflow does not start, or does not stay.
        """
        began = time.monotonic()
        with self._home.held(self.url):
            try:
                if end_marked(self._home.folder, 2.0):
                    yield Starting("Ended what an earlier flowkit dev had left running")
                with Project(self.folder, self._environment) as project:
                    yield from self._start(project, began)
                    yield from self._follow(project)
            finally:
                self._processes.stop()

    def _start(self, project: Project, began: float) -> Iterator[Event]:
        for log in self._home.logs.glob("*.log"):
            log.unlink()
        yield from self._migrate()
        for component in COMPONENTS:
            self._processes.start(component, self._home.log_of(component))
        yield Starting("Starting the API server, the scheduler, the DAG processor and the triggerer")
        self._known = set(find(self.folder))
        look = project.look(self._known)
        yield Found((), look.changed, look.findings, look.died)
        while not self._healthy():
            yield from self._crashes()
            if time.monotonic() - began > _START_LIMIT:
                raise RunError(
                    f"Airflow does not answer within {_START_LIMIT:.0f} s. Its logs: {self._home.logs}"
                )
            time.sleep(0.2)
        self._expect(look, self._known, time.time() - (time.monotonic() - began), first=True)
        yield Ready(self.url, project.pipelines, time.monotonic() - began)

    def _migrate(self) -> Iterator[Event]:
        if self._home.database.exists():
            return
        yield Starting("Setting up Airflow's database (once per project)")
        log = self._home.log_of("migrate")
        code = self._processes.run("db", "migrate", log=log)
        if code:
            with suppress(OSError):
                self._home.database.unlink()
            raise RunError(f"Airflow's database cannot be set up (exit code {code}).\n{self._why(log)}")

    def _healthy(self) -> bool:
        try:
            with closing(HTTPConnection("127.0.0.1", self._port, timeout=2)) as connection:
                connection.request("GET", "/api/v2/monitor/health")
                text = connection.getresponse().read().decode()
        except (OSError, HTTPException):
            return False
        # The database, the scheduler, the triggerer and the DAG processor.
        return text.count('"healthy"') >= len(COMPONENTS)

    def _follow(self, project: Project) -> Iterator[Event]:
        for saved in saves(self._roots):
            if saved:
                yield from self._saved(project, saved)
            yield from self._crashes()
            yield from self._shown()

    def _saved(self, project: Project, saved: set[Path]) -> Iterator[Event]:
        at = min([time.time(), *(_modified(path) for path in saved if path.exists())])
        files = set(find(self.folder))
        fresh, gone = files - self._known, self._known - files
        self._known = files
        concerned = self._imports.concerned(saved, files) | fresh | gone
        if not concerned:
            return
        # Asked at once: Airflow begins while flowkit is still looking.
        self._request(concerned)
        self._moved = time.monotonic()
        look = project.look(concerned)
        yield Found(tuple(sorted(saved)), look.changed, look.findings, look.died)
        self._expect(look, concerned, max(at, time.time() - _LATE))

    def _request(self, files: set[Path]) -> None:
        # To look through the folder again takes the errors of broken pipelines away until their files are parsed.
        with suppress(sqlite3.OperationalError):
            self._database.request({*map(self._relative, files), *self._database.files_with_named_errors()})

    def _expect(self, look: Look, files: set[Path], saved: float, *, first: bool = False) -> None:
        removed = [one.dag_id for one in look.changed if one.kind == "removed"]
        with suppress(sqlite3.OperationalError):
            self._database.retire(removed)
        names = frozenset(map(self._relative, files))
        # A later save of a file stands for the earlier ones.
        for pending in self._pending:
            pending.files -= names
        self._pending = [pending for pending in self._pending if pending.files]
        gone = frozenset(self._relative(file) for file in files if not file.exists())
        broken = {
            Path(one.problem.place.file) for one in look.findings if one.problem.place and not one.warning
        }
        empty = frozenset(
            self._relative(file) for file in files if not look.pipelines.get(str(file)) and file not in broken
        )
        self._pending.append(_Pending(names, saved, gone, empty, first=first))

    def _shown(self) -> Iterator[Event]:
        if not self._pending:
            return
        try:
            parsed = self._database.parsed()
        except sqlite3.OperationalError:
            # Airflow is writing. The next look is near.
            return
        by_file: dict[str, list[Parsed]] = {}
        for one in parsed:
            by_file.setdefault(one.file, []).append(one)
        newest = max((one.visible for one in parsed), default=0.0)
        if newest != self._newest:
            self._newest, self._moved = newest, time.monotonic()
        for pending in list(self._pending):
            yield from self._check(pending, by_file)

    def _check(self, pending: _Pending, parsed: Mapping[str, list[Parsed]]) -> Iterator[Event]:
        times = {name: self._time(name, pending, parsed.get(name, [])) for name in pending.files}
        waiting = {name for name, at in times.items() if at is None}
        files = tuple(sorted(self.folder / name for name in pending.files))
        passed = time.time() - pending.saved
        if not waiting:
            self._pending.remove(pending)
            at = max((at for at in times.values() if at), default=0.0)
            yield Live(files, max(at - pending.saved, 0.0) if at else passed, first=pending.first)
            return
        if time.monotonic() - self._moved > _AGAIN and not pending.first:
            self._moved = time.monotonic()
            self._request({self.folder / name for name in waiting})
        if passed > _LATE and not (pending.told_late or pending.first):
            pending.told_late = True
            yield Late(tuple(sorted(self.folder / name for name in waiting)), passed)
        if passed > _GIVE_UP:
            self._pending.remove(pending)

    def _time(self, name: str, pending: _Pending, parsed: list[Parsed]) -> float | None:
        if name in pending.gone:
            return None if parsed else pending.saved
        after = [one.visible for one in parsed if one.begun >= pending.saved]
        if after:
            return min(after)
        return 0.0 if name in pending.empty else None

    def _relative(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()

    def _crashes(self) -> Iterator[Event]:
        for component, code in self._processes.ended().items():
            log = self._home.log_of(component)
            self._restarts += 1
            again = self._restarts <= _RESTARTS and not self._disk_is_full(log)
            yield Crashed(component, code, log, self._why(log), again)
            if not again:
                raise RunError(f"The {component} of Airflow does not stay up: flowkit dev ends.")
            self._processes.start(component, log)

    def _why(self, log: Path) -> str:
        if self._disk_is_full(log):
            return f"The disk of {self._home.folder} is full. Make room, and start again."
        return "\n".join(f"  {line}" for line in _lines(log)[-_TAIL:])

    def _disk_is_full(self, log: Path) -> bool:
        told = any("disk is full" in line or "No space left on device" in line for line in _lines(log)[-200:])
        return told or shutil.disk_usage(self._home.folder).free < 1024 * 1024


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()


def _lines(log: Path) -> list[str]:
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
