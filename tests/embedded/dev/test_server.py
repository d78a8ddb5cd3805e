"""
How `flowkit dev` ends when its Airflow does not work. Small programs stand for Airflow; a real one is in
`tests/e2e/test_dev.py`.
"""

from __future__ import annotations

import errno
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from flowkit.base.errors import RunError
from flowkit.embedded.dev import airflow_processes
from flowkit.embedded.dev.airflow_home import ServerHome
from flowkit.embedded.dev.airflow_processes import Processes, marked
from flowkit.embedded.dev.dev_events import Crashed, Event
from flowkit.embedded.dev.server import DevServer, is_free
from tests.e2e.servers import free_port


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    """
    The DAG folder of a project that has a database already.
    """
    (tmp_path / "pyproject.toml").touch()
    folder = tmp_path / "dags"
    folder.mkdir()
    with closing(sqlite3.connect(ServerHome.of(folder).database)) as connection:
        connection.execute("CREATE TABLE dag (dag_id, is_stale, has_import_errors)")
    return folder


def run(dags: Path, events: list[Event]) -> str:
    """
    Return what `flowkit dev` says at its end, and add what it says before to *events*.
    """
    port = free_port()
    server = DevServer(dags, port)
    with pytest.raises(RunError) as caught:
        events.extend(server.run())
    assert marked(server.home.folder) == []
    with server.home.locked("x"):
        pass
    assert is_free(port)
    return str(caught.value)


def stand_in(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """
    Let a Python program stand for each component of Airflow.
    """
    monkeypatch.setattr(airflow_processes, "_AIRFLOW", code)


def test_a_component_that_does_not_stay_up(dags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It is started again three times, and each time the end of its log is shown.
    """
    stand_in(monkeypatch, "import sys; print('the reason'); sys.exit(3)")
    events: list[Event] = []
    message = run(dags, events)
    crashes = [event for event in events if isinstance(event, Crashed)]
    last = crashes[-1]
    assert message == f"Airflow's {last.component} keeps exiting: flowkit dev stops."
    assert Counter(one.component for one in crashes)[last.component] == 4
    assert {(one.code, one.restarting) for one in crashes[:-1]} == {(3, True)}
    assert not last.restarting
    assert "  the reason" in last.tail


def test_a_full_disk_is_no_reason_to_start_again(dags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    That would fail as well.
    """
    stand_in(monkeypatch, "raise SystemExit('sqlite3.OperationalError: database or disk is full')")
    events: list[Event] = []
    run(dags, events)
    (crash,) = [event for event in events if isinstance(event, Crashed)]
    assert not crash.restarting
    assert crash.tail.endswith("is full. Free some space and start again.")


def test_an_airflow_that_never_answers(dags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It is not waited for without end, and the logs are named.
    """
    stand_in(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr("flowkit.embedded.dev.server._START_TIMEOUT_S", 0.5)
    assert "Airflow did not respond within 0 s. Its logs: " in run(dags, [])


def test_what_cannot_be_written_is_reported(dags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    In one line, with the file.
    """

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere/scheduler.log")

    monkeypatch.setattr(Processes, "start", fail)
    message = run(dags, [])
    assert message == "flowkit dev cannot continue: /somewhere/scheduler.log: No space left on device."
