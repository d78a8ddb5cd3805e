"""
Airflow's database is set up once. With a real Airflow: `tests/e2e/test_dev.py`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest

from flowkit.base.errors import RunError
from flowkit.embedded.dev.airflow_home import ServerHome
from flowkit.embedded.dev.database_setup import set_up


@attrs.define(eq=False)
class Airflow:
    """
    Stands for what runs Airflow's commands: it puts a table into the database that it is to migrate.
    """

    code: int = 0
    environment: Mapping[str, str] = attrs.field(factory=dict)

    def run(self, *arguments: str, log: Path, environment: Mapping[str, str]) -> int:
        assert arguments == ("db", "migrate")
        log.write_text("one line\nwhat is wrong\n")
        path = environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].removeprefix("sqlite:///")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE migrated (x)")
        return self.code


@pytest.fixture
def home(tmp_path: Path) -> ServerHome:
    """
    A home without any database.
    """
    home = ServerHome(tmp_path, "3.10.0")
    home.logs.mkdir()
    return home


def messages(home: ServerHome, airflow: Airflow) -> list[str]:
    """
    Return the messages printed while the database is set up.
    """
    processes: Any = airflow
    return [event.what for event in set_up(home, processes)]


def tables(file: Path) -> set[str]:
    """
    Return the names of the tables of a database.
    """
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def test_it_is_set_up_once(home: ServerHome) -> None:
    """
    What a killed one has left incomplete is not used.
    """
    home.unfinished.mkdir()
    (home.unfinished / home.database.name).write_text("half of one")
    assert messages(home, Airflow()) == ["Setting up Airflow's database (once per project) …"]
    assert tables(home.database) == {"migrated"}
    assert messages(home, Airflow()) == []
    assert not home.unfinished.exists()


def test_that_of_an_earlier_version_is_migrated(home: ServerHome) -> None:
    """
    With what SQLite keeps beside the file. The old one stays as it was.
    """
    old = home.folder / "airflow-3.9.1.db"
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE runs (x)")
        connection.commit()
        assert messages(home, Airflow()) == ["Migrating the database from Airflow 3.9.1 to 3.10.0 (once) …"]
    assert tables(home.database) == {"runs", "migrated"}
    assert tables(old) == {"runs"}


def test_airflow_fails(home: ServerHome) -> None:
    """
    The end of what it printed is shown, and nothing is left.
    """
    with pytest.raises(RunError) as caught:
        messages(home, Airflow(code=1))
    assert (
        str(caught.value) == "Airflow's database cannot be set up (exit code 1).\n  one line\n  what is wrong"
    )
    assert not home.database.exists()
    assert not home.unfinished.exists()


def test_an_earlier_one_cannot_be_migrated(home: ServerHome) -> None:
    """
    The message says how to go on without it.
    """
    old = home.folder / "airflow-3.9.1.db"
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("CREATE TABLE runs (x)")
    with pytest.raises(RunError, match=r"To start without the runs of Airflow 3\.9\.1, delete .*3\.9\.1\.db"):
        messages(home, Airflow(code=1))
    old.write_text("no database at all, but a text of some length" * 100)
    with pytest.raises(RunError, match=r"3\.9\.1\.db cannot be read: file is not a database\. To start"):
        messages(home, Airflow())
    assert not home.unfinished.exists()
