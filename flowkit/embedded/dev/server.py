"""
The loop of `flowkit dev`: a local Airflow, the user's files, and how long it takes from the one to the other.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import time
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final, final

from flowkit.base.errors import RunError
from flowkit.embedded.dev.airflow_database import Database
from flowkit.embedded.dev.airflow_home import ServerHome, server_environment
from flowkit.embedded.dev.airflow_processes import COMPONENTS, MARK, Processes, end_marked
from flowkit.embedded.dev.crash_logs import crash_reason, disk_is_full
from flowkit.embedded.dev.database_setup import set_up
from flowkit.embedded.dev.dev_events import Crashed, Event, Found, NoRoom, Ready, Starting
from flowkit.embedded.dev.file_watcher import roots_of, saves
from flowkit.embedded.dev.importers import Imports
from flowkit.embedded.dev.pending_saves import Visible, pending_of
from flowkit.embedded.dev.snapshots import Project, Snapshot
from flowkit.project.discovery import airflow_reads, python_files

_START_LIMIT: Final = 180.0
_RESTARTS: Final = 3
# A process that ends as often within as many seconds is not started once more.
_SOON: Final = 600.0
# A file that is copied may bring along the time of its original.
_RECENT: Final = 2.0
_DISK: Final = 5.0
_LITTLE: Final = 50 * 1024 * 1024


class PortError(RunError):
    """
    Airflow cannot be served where it was asked for.
    """


@final
class DevServer:
    """
    A local Airflow that shows one DAG folder as it is, save by save.

    Args:
        folder: The DAG folder.

        port: Where on 127.0.0.1 the UI and the API are served.

    Raises:
        RunError: If Airflow is not installed, or its folder cannot be used.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.url: str = f"http://127.0.0.1:{port}"
        self._port = port
        self.folder = folder
        self.home: ServerHome = ServerHome.of(folder)
        environment = server_environment(os.environ, self.home, folder=folder, port=port)
        self._processes = Processes(self.home.folder, environment)
        self._environment = {**environment, MARK: str(self.home.folder)}
        self._database = Database(self.home.database)
        self._visible = Visible(folder, self._database, self._request)
        self._roots = roots_of(folder)
        self._imports = Imports(self._roots)
        self._known: dict[Path, bool] = {}
        self._crashed: dict[str, list[float]] = {}
        self._disk_next = 0.0
        self._disk_told = False

    def run(self) -> Generator[Event, None, None]:
        """
        Start, and yield what happens until the caller has enough. At the end nothing of it is left running.

        Raises:
            PortError: If another program uses the port.
            RunError: If another `flowkit dev` runs for the project; if Airflow does not start, or does not stay; if
                what flowkit keeps cannot be read or written.
        """
        try:
            yield from self._run()
        except (OSError, sqlite3.Error) as error:
            what = error.strerror or error if isinstance(error, OSError) else error
            where = getattr(error, "filename", None) or self.home.folder
            msg = f"flowkit dev cannot go on: {where}: {what}."
            raise RunError(msg) from error

    def _run(self) -> Iterator[Event]:
        began = time.monotonic()
        with self.home.held(self.url):
            try:
                if end_marked(self.home.folder, 2.0):
                    yield Starting("Ended what an earlier flowkit dev had left running.")
                if refusal := _refusal(self._port):
                    raise PortError(refusal)
                with Project(self.folder, self._environment) as project:
                    watched = yield from self._start(project, began)
                    yield from self._follow(project, watched)
            finally:
                self._processes.stop()

    def _start(self, project: Project, began: float) -> Generator[Event, None, Iterator[set[Path]]]:
        for log in self.home.logs.glob("*.log"):
            log.unlink()
        yield from set_up(self.home, self._processes)
        self._database.keep_last_good()
        started = time.time()
        for component in COMPONENTS:
            self._processes.start(component, self.home.log_of(component))
        yield Starting("Starting the API server, the scheduler, the DAG processor and the triggerer …")
        # From now on no save is missed.
        watched = saves(self._roots)
        next(watched)
        self._known = _dag_files(self.folder)
        look = project.look(_ours(self._known))
        yield Found(look.changed, look.findings, look.died, first=True)
        while not self._healthy():
            yield from self._crashes()
            if time.monotonic() - began > _START_LIMIT:
                msg = f"Airflow does not answer within {_START_LIMIT:.0f} s. Its logs: {self.home.logs}"
                raise RunError(msg)
            time.sleep(0.2)
        self._expect(look, set(self._known), set(), started, first=True)
        yield Ready(self.url, project.pipelines, len(self._known))
        return watched

    def _healthy(self) -> bool:
        try:
            with closing(HTTPConnection("127.0.0.1", self._port, timeout=2)) as connection:
                connection.request("GET", "/api/v2/monitor/health")
                text = connection.getresponse().read().decode()
        except (OSError, HTTPException):
            return False
        # The database, the scheduler, the triggerer and the DAG processor.
        return text.count('"healthy"') >= len(COMPONENTS)

    def _follow(self, project: Project, watched: Iterator[set[Path]]) -> Iterator[Event]:
        for saved in watched:
            if saved:
                yield from self._saved(project, saved)
            yield from self._crashes()
            yield from self._disk()
            with suppress(sqlite3.OperationalError):
                # If Airflow is writing: the next look is near.
                yield from self._visible.look()

    def _saved(self, project: Project, saved: set[Path]) -> Iterator[Event]:
        at = _time_of(saved)
        for path in saved:
            _forget_bytecode(path)
        before, self._known = self._known, _dag_files(self.folder)
        files, ours = set(self._known), _ours(self._known)
        concerned = self._imports.concerned(saved, files) | (files - set(before))
        readers = {file for path in saved if path.suffix != ".py" for file in project.readers(path)}
        if readers:
            concerned |= self._imports.beside(readers & files, files)
        gone = set(before) - files
        if not concerned and not gone:
            return
        # Asked at once: Airflow begins while flowkit is still looking.
        self._request({self._relative(file) for file in concerned | gone})
        look = project.look(concerned & ours, _ours(before) - ours)
        yield Found(look.changed, look.findings, look.died)
        self._expect(look, concerned, gone, at)

    def _request(self, files: Collection[str]) -> None:
        # To look through the folder again takes the errors of broken pipelines away until their files are parsed.
        with suppress(sqlite3.OperationalError):
            self._database.request({*files, *self._database.files_with_named_errors()})

    def _expect(
        self, look: Snapshot, files: set[Path], gone: set[Path], saved: float, *, first: bool = False
    ) -> None:
        removed = [one.dag_id for one in look.changed if one.kind == "removed"]
        with suppress(sqlite3.OperationalError):
            self._database.retire(removed)
        self._visible.add(pending_of(look, files, gone, self.folder, saved, first=first))

    def _relative(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()

    def _crashes(self) -> Iterator[Event]:
        for component, code in self._processes.ended().items():
            log = self.home.log_of(component)
            now = time.monotonic()
            recent = [at for at in self._crashed.get(component, []) if now - at < _SOON]
            self._crashed[component] = [*recent, now]
            again = len(recent) < _RESTARTS and not disk_is_full(log)
            yield Crashed(component, code, log, crash_reason(log), again)
            if not again:
                msg = f"The {component} of Airflow does not stay up: flowkit dev ends."
                raise RunError(msg)
            self._processes.start(component, log)

    def _disk(self) -> Iterator[Event]:
        if time.monotonic() < self._disk_next:
            return
        self._disk_next = time.monotonic() + _DISK
        free = shutil.disk_usage(self.home.folder).free
        if free < _LITTLE and not self._disk_told:
            yield NoRoom(self.home.folder, free)
        self._disk_told = free < _LITTLE


def is_free(port: int) -> bool:
    """
    Return whether a server may listen at *port* of 127.0.0.1.
    """
    return not _refusal(port)


def _refusal(port: int) -> str:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return f"Port {port} is kept for programs with more rights."
        except OSError:
            return f"Port {port} is in use by another program."
    return ""


def _dag_files(folder: Path) -> dict[Path, bool]:
    """
    Return the files that Airflow reads, and whether there may be pipelines of flowkit's in them.
    """
    found = {}
    for file in python_files(folder):
        with suppress(OSError):
            text = file.read_bytes()
            if airflow_reads(text):
                found[file] = b"flowkit" in text.lower()
    return found


def _ours(files: Mapping[Path, bool]) -> set[Path]:
    return {file for file, ours in files.items() if ours}


def _time_of(saved: Collection[Path]) -> float:
    now = time.time()
    times = [now]
    for path in saved:
        with suppress(OSError):
            times.append(path.stat().st_mtime)
    return min(at for at in times if now - _RECENT < at <= now)


def _forget_bytecode(path: Path) -> None:
    # Python tells a source from an older one by its size and by the whole second of its time stamp.
    if path.suffix == ".py":
        with suppress(OSError):
            Path(cache_from_source(str(path))).unlink()
