"""
The main loop of `flowkit dev`: keeps a local Airflow up to date with the user's files.
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
from flowkit.embedded.dev.dev_events import Crashed, DiskLow, Event, Inspected, Ready, Starting
from flowkit.embedded.dev.file_watcher import import_roots, saves
from flowkit.embedded.dev.host_guard import LOOPBACK, is_guarded
from flowkit.embedded.dev.importers import ImportGraph
from flowkit.embedded.dev.pending_saves import PendingSaves, pending_of
from flowkit.embedded.dev.snapshots import Project, Snapshot
from flowkit.embedded.dev.stub_updates import StubUpdates
from flowkit.project.discovery import airflow_reads, python_files
from flowkit.project.root import project_root

_START_TIMEOUT_S: Final = 180.0
_MAX_RESTARTS: Final = 3
# A process that exits more often than this within the window is not restarted.
_RESTART_WINDOW_S: Final = 600.0
# A copied file may have the modification time of its original.
_MAX_SAVE_AGE_S: Final = 2.0
_DISK_CHECK_INTERVAL_S: Final = 5.0
_MIN_FREE_BYTES: Final = 50 * 1024 * 1024


class PortError(RunError):
    """
    The requested port cannot be used.
    """


@final
class DevServer:
    """
    A local Airflow that follows one DAG folder, save by save.

    Args:
        folder: The DAG folder.

        port: The port of the UI and the API on 127.0.0.1.

    Raises:
        RunError: If Airflow is not installed, or its folder cannot be written.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.url: str = f"http://{LOOPBACK}:{port}"
        self._port = port
        self.folder = folder
        self.home: ServerHome = ServerHome.of(folder)
        environment = server_environment(os.environ, self.home, folder=folder, port=port)
        self._processes = Processes(self.home.folder, environment)
        self._environment = {**environment, MARK: str(self.home.folder)}
        self._database = Database(self.home.database)
        self._pending_saves = PendingSaves(folder, self._database, self._request)
        self._roots = import_roots(folder)
        self._imports = ImportGraph(self._roots)
        self._stubs = StubUpdates(project_root(folder))
        self._known: dict[Path, bool] = {}
        self._crash_times: dict[str, list[float]] = {}
        self._next_disk_check = 0.0
        self._disk_warned = False

    def run(self) -> Generator[Event, None, None]:
        """
        Start, and yield events until the generator is closed. All processes are ended then.

        Raises:
            PortError: If another program uses the port.
            RunError: If another `flowkit dev` runs for the project; if Airflow does not start, or keeps exiting; if
                flowkit's files cannot be read or written.
        """
        try:
            yield from self._run()
        except (OSError, sqlite3.Error) as error:
            what = error.strerror or error if isinstance(error, OSError) else error
            where = getattr(error, "filename", None) or self.home.folder
            msg = f"flowkit dev cannot continue: {where}: {what}."
            if isinstance(error, sqlite3.DatabaseError | IsADirectoryError | NotADirectoryError):
                msg += f" If it is damaged, delete it, or all of {self.home.folder}, which holds local runs only."
            raise RunError(msg) from error

    def _run(self) -> Iterator[Event]:
        began = time.monotonic()
        with self.home.locked(self.url):
            try:
                if end_marked(self.home.folder, 2.0):
                    yield Starting("Ended the processes that an earlier flowkit dev left running.")
                if reason := _port_error(self._port):
                    raise PortError(reason)
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
        # From here on, no save is missed.
        watched = saves(self._roots)
        next(watched)
        self._known = _dag_files(self.folder)
        snapshot = project.inspect(_ours(self._known))
        yield Inspected(snapshot.changed, snapshot.findings, snapshot.failure, first=True)
        yield from self._stubs.update()
        while not self._healthy():
            yield from self._crashes()
            if time.monotonic() - began > _START_TIMEOUT_S:
                msg = f"Airflow did not respond within {_START_TIMEOUT_S:.0f} s. Its logs: {self.home.logs}"
                raise RunError(msg)
            time.sleep(0.2)
        self._expect(snapshot, set(self._known), set(), started, first=True)
        yield Ready(self.url, project.pipelines, len(self._known))
        return watched

    def _healthy(self) -> bool:
        try:
            with closing(HTTPConnection(LOOPBACK, self._port, timeout=2)) as connection:
                connection.request("GET", "/api/v2/monitor/health")
                text = connection.getresponse().read().decode()
        except (OSError, HTTPException):
            return False
        # The database, the scheduler, the triggerer and the DAG processor.
        return text.count('"healthy"') >= len(COMPONENTS) and self._guarded()

    def _guarded(self) -> bool:
        with suppress(OSError, HTTPException):
            if is_guarded(self._port):
                return True
            msg = (
                "Airflow's API server answers web pages of other sites: flowkit does not know how to guard the "
                "installed version of Airflow or uvicorn. flowkit dev stops."
            )
            raise RunError(msg)
        return False

    def _follow(self, project: Project, watched: Iterator[set[Path]]) -> Iterator[Event]:
        for saved in watched:
            if saved:
                yield from self._saved(project, saved)
                yield from self._stubs.update(saved)
            yield from self._crashes()
            yield from self._disk()
            with suppress(sqlite3.OperationalError):
                # If Airflow holds the lock: the next poll follows soon.
                yield from self._pending_saves.poll()

    def _saved(self, project: Project, saved: set[Path]) -> Iterator[Event]:
        at = _time_of(saved)
        for path in saved:
            _forget_bytecode(path)
        before, self._known = self._known, _dag_files(self.folder)
        files, ours = set(self._known), _ours(self._known)
        affected = self._imports.affected(saved, files) | (files - set(before))
        readers = {file for path in saved if path.suffix != ".py" for file in project.readers(path)}
        if readers:
            affected |= self._imports.sharing_helpers(readers & files, files)
        gone = set(before) - files
        if not affected and not gone:
            return
        # Requested first, so that Airflow parses while flowkit inspects.
        self._request({self._relative(file) for file in affected | gone})
        snapshot = project.inspect(affected & ours, _ours(before) - ours)
        yield Inspected(snapshot.changed, snapshot.findings, snapshot.failure)
        self._expect(snapshot, affected, gone, at)

    def _request(self, files: Collection[str]) -> None:
        # A rescan of the folder removes the errors of broken pipelines until their files are parsed again.
        with suppress(sqlite3.OperationalError):
            self._database.request({*files, *self._database.files_with_named_errors()})

    def _expect(
        self, snapshot: Snapshot, files: set[Path], gone: set[Path], saved: float, *, first: bool = False
    ) -> None:
        removed = [change.dag_id for change in snapshot.changed if change.kind == "removed"]
        with suppress(sqlite3.OperationalError):
            self._database.retire(removed)
        self._pending_saves.add(pending_of(snapshot, files, gone, self.folder, saved, first=first))

    def _relative(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()

    def _crashes(self) -> Iterator[Event]:
        for component, code in self._processes.pop_exited().items():
            log = self.home.log_of(component)
            now = time.monotonic()
            recent = [at for at in self._crash_times.get(component, []) if now - at < _RESTART_WINDOW_S]
            self._crash_times[component] = [*recent, now]
            restarting = len(recent) < _MAX_RESTARTS and not disk_is_full(log)
            yield Crashed(component, code, log, crash_reason(log), restarting)
            if not restarting:
                msg = f"Airflow's {component} keeps exiting: flowkit dev stops."
                raise RunError(msg)
            self._processes.start(component, log)

    def _disk(self) -> Iterator[Event]:
        if time.monotonic() < self._next_disk_check:
            return
        self._next_disk_check = time.monotonic() + _DISK_CHECK_INTERVAL_S
        free = shutil.disk_usage(self.home.folder).free
        if free < _MIN_FREE_BYTES and not self._disk_warned:
            yield DiskLow(self.home.folder, free)
        self._disk_warned = free < _MIN_FREE_BYTES


def is_free(port: int) -> bool:
    """
    Return whether a server can listen on *port* of 127.0.0.1.
    """
    return not _port_error(port)


def _port_error(port: int) -> str:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            return f"Port {port} requires root privileges."
        except OSError:
            return f"Port {port} is in use by another program."
    return ""


def _dag_files(folder: Path) -> dict[Path, bool]:
    """
    Return the files that Airflow reads, and whether they may contain flowkit's pipelines.
    """
    flags = {}
    for file in python_files(folder):
        with suppress(OSError):
            text = file.read_bytes()
            if airflow_reads(text):
                flags[file] = b"flowkit" in text.lower()
    return flags


def _ours(files: Mapping[Path, bool]) -> set[Path]:
    return {file for file, ours in files.items() if ours}


def _time_of(saved: Collection[Path]) -> float:
    now = time.time()
    times = [now]
    for path in saved:
        with suppress(OSError):
            times.append(path.stat().st_mtime)
    return min(at for at in times if now - _MAX_SAVE_AGE_S < at <= now)


def _forget_bytecode(path: Path) -> None:
    # Python detects a changed source only by its size and its modification time in whole seconds.
    if path.suffix == ".py":
        with suppress(OSError):
            Path(cache_from_source(str(path))).unlink()
