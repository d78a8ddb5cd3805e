"""
Airflow's database for `flowkit dev`: set up once, and migrated to each newer version of Airflow.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from flowkit.base.errors import RunError
from flowkit.embedded.dev.airflow_database import Database
from flowkit.embedded.dev.airflow_home import ServerHome, migration_env
from flowkit.embedded.dev.airflow_processes import Processes
from flowkit.embedded.dev.crash_logs import crash_reason
from flowkit.embedded.dev.dev_events import Starting
from flowkit.embedded.private_files import is_regular


def set_up(home: ServerHome, processes: Processes) -> Iterator[Starting]:
    """
    Create the database of *home* unless it exists, from that of an earlier version of Airflow if there is one.

    The earlier one is kept for a downgrade. An incomplete database is never used.

    Args:
        home: The folder of the Airflow.

        processes: Runs Airflow's commands.

    Raises:
        RunError: If the migration fails. The message has the end of its output.
    """
    shutil.rmtree(home.unfinished, ignore_errors=True)
    if os.path.lexists(home.database):
        _check(home.database)
        return
    new, log, earlier = home.unfinished / home.database.name, home.log_of("migrate"), home.earlier
    try:
        home.unfinished.mkdir()
        if earlier:
            version, old = earlier
            yield Starting(f"Migrating the database from Airflow {version} to {home.version} (once) …")
            _copy(old, new)
        else:
            yield Starting("Setting up Airflow's database (once per project) …")
        code = processes.run("db", "migrate", log=log, environment=migration_env(processes.environment, new))
        if code or not new.is_file():
            hint = (
                f"\nTo start without the runs of Airflow {earlier[0]}, delete {earlier[1]}."
                if earlier
                else ""
            )
            msg = f"Airflow's database cannot be set up (exit code {code}).\n{crash_reason(log)}{hint}"
            raise RunError(msg)
        _checkpoint(new)
        new.replace(home.database)
    finally:
        shutil.rmtree(home.unfinished, ignore_errors=True)


def _check(database: Path) -> None:
    if not is_regular(database):
        raise RunError(_damaged(database, "it is not a file"))
    try:
        with closing(sqlite3.connect(database)) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            problem = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        tables, problem = (1,), "" if "locked" in str(error) else str(error)
    if not tables[0]:
        problem = "it is empty"
    if problem not in {"", "ok"}:
        raise RunError(_damaged(database, problem))


def _damaged(database: Path, problem: str) -> str:
    return (
        f"Airflow's database {database} is damaged: {problem}. Delete it, with the files beside it whose names begin "
        "in the same way, to start without its runs."
    )


def _copy(old: Path, new: Path) -> None:
    # A backup includes the write-ahead log.
    try:
        with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(new)) as copy:
            source.backup(copy)
        Database(new).stop_keeping_last_good()
    except sqlite3.Error as error:
        msg = f"The database {old} cannot be read: {error}. To start without its runs, delete it."
        raise RunError(msg) from error


def _checkpoint(database: Path) -> None:
    # Only the file itself is moved, so it must include the write-ahead log.
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
