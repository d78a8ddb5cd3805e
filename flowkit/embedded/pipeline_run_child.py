"""
The process that runs Airflow for `flowkit run`. Started by `flowkit.embedded.pipeline_run`.

It imports Airflow and sets up the database before it knows what to run, while its parent looks for the pipeline.
Its standard output is the log of the run.
"""

from __future__ import annotations

import importlib
import os
import queue
import sqlite3
import sys
import threading
import traceback
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, NoReturn, final

from flowkit.base.airflow_config import airflow_version
from flowkit.base.child_process import ParentProcess
from flowkit.embedded.home import Home
from flowkit.embedded.private_files import discard, restore_umask
from flowkit.embedded.run_events import Lookup, Phase, Refused, decode_job
from flowkit.embedded.run_job import Channel, run

GRACE_S: Final = 6.0
"""How long a task may tidy up when flowkit has exited, in seconds."""


def start_airflow(home: Home, state: Path, channel: Channel) -> None:
    """
    Import Airflow, give this run a database, and start the API that tasks talk to.
    """
    if _copied(home.template, state / "airflow.db"):
        channel.send(Phase(f"Starting Airflow {airflow_version()}"))
        _import_airflow()
    else:
        with home.setting_up(lambda: channel.send(Phase("Waiting for another run to set up Airflow"))):
            if _copied(home.template, state / "airflow.db"):
                _import_airflow()
            else:
                channel.send(Phase(f"Setting up Airflow {airflow_version()} (once per project)"))
                _import_airflow()
                _set_up(home, state)
    _start_api()


def _import_airflow() -> None:
    for name in ("airflow.settings", "airflow.sdk", "airflow.sdk.execution_time.supervisor"):
        importlib.import_module(name)
    from flowkit.airflow.compat import dagbag_module

    dagbag_module()


def _set_up(home: Home, state: Path) -> None:
    from airflow.utils.db import upgradedb

    upgradedb()
    # It gets its final name when it is complete: setting up may be interrupted at any moment.
    part = state / "template.db"
    _copy(state / "airflow.db", part)
    part.replace(home.template)


def _copied(template: Path, target: Path) -> bool:
    """
    Return whether *template* could be copied to *target*. If it exists and is damaged, it is deleted.
    """
    if not os.path.lexists(template):
        return False
    try:
        _copy(template, target)
        with closing(sqlite3.connect(target)) as connection:
            complete = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            intact = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        if complete and intact:
            return True
    except sqlite3.Error:
        pass
    discard(template)
    discard(target)
    return False


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _start_api() -> None:
    # Tasks talk to Airflow through an API server in this process, which starts with the first request. Without a
    # request here, its start would count towards the duration of the first task.
    supervisor: Any = importlib.import_module("airflow.sdk.execution_time.supervisor")
    with suppress(Exception):
        supervisor.InProcessTestSupervisor._api_client().get("health")


@final
class _Requests:
    """
    The requests of the parent. When it exits or closes the pipe, this process ends too.
    """

    def __init__(self, parent: ParentProcess) -> None:
        self._parent = parent
        self._received: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.channel: Channel | None = None
        # A thread, not a signal: Airflow installs signal handlers of its own whenever a task starts.
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self) -> Any:
        """
        Wait for the next request.
        """
        return self._received.get()

    def ask(self, question: Lookup) -> Any:
        """
        Send *question* to the parent, and wait for the answer.
        """
        if self.channel is not None:
            self.channel.send(question)
        return self.next()

    def _listen(self) -> None:
        for request in self._parent.requests():
            self._received.put(request)
        self._end()

    def _end(self) -> NoReturn:
        with suppress(BaseException):
            if self.channel is not None and self.channel.task is not None:
                # The operator's own way to stop what it started elsewhere: a query, a job on a cluster.
                self.channel.task.on_kill()
        with suppress(BaseException):
            psutil: Any = importlib.import_module("psutil")
            for process in psutil.Process().children(recursive=True):
                process.kill()
        os._exit(1)


def main(parent: ParentProcess) -> NoReturn:
    """
    Start Airflow, wait for the job, run it.
    """
    requests = _Requests(parent)
    home, state = map(Path, requests.next())
    channel = requests.channel = Channel(parent, state / "run.log")
    try:
        start_airflow(Home(home), state, channel)
        restore_umask()
        run(decode_job(requests.next()), channel, requests.ask)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
        traceback.print_exc()
        channel.send(Refused(f"{type(error).__name__}: {error}"))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Airflow takes seconds to end its threads, and nothing here needs them to end well.
        os._exit(0)
