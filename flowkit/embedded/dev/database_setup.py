"""
Airflow's database for `flowkit dev`: set up once, and taken along when Airflow becomes a newer one.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from flowkit.base.errors import RunError
from flowkit.embedded.dev.airflow_database import Database
from flowkit.embedded.dev.airflow_home import ServerHome, migrating
from flowkit.embedded.dev.airflow_processes import Processes
from flowkit.embedded.dev.crash_logs import crash_reason
from flowkit.embedded.dev.dev_events import Starting


def set_up(home: ServerHome, processes: Processes) -> Iterator[Starting]:
    """
    Make the database of *home*, unless it is there: from that of an earlier version of Airflow, if there is one.

    The earlier one stays as it is: whoever goes back to that version finds it. Nothing that is half made is ever used.

    Args:
        home: Where the Airflow lives.

        processes: What runs its commands.

    Raises:
        RunError: If Airflow fails to, with the end of what it printed.
    """
    shutil.rmtree(home.unfinished, ignore_errors=True)
    if home.database.exists():
        return
    made, log, earlier = home.unfinished / home.database.name, home.log_of("migrate"), home.earlier
    try:
        home.unfinished.mkdir()
        if earlier:
            version, old = earlier
            yield Starting(f"Taking the runs along from Airflow {version} to {home.version}, once …")
            _copy(old, made)
        else:
            yield Starting("Setting up Airflow's database, once per project …")
        code = processes.run("db", "migrate", log=log, environment=migrating(processes.environment, made))
        if code or not made.is_file():
            hint = (
                f"\nTo begin without the runs of Airflow {earlier[0]}, delete {earlier[1]}."
                if earlier
                else ""
            )
            msg = f"Airflow's database cannot be set up (exit code {code}).\n{crash_reason(log)}{hint}"
            raise RunError(msg)
        _fold(made)
        made.replace(home.database)
    finally:
        shutil.rmtree(home.unfinished, ignore_errors=True)


def _copy(old: Path, new: Path) -> None:
    # What Airflow has not yet written into the file itself comes along.
    try:
        with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(new)) as target:
            source.backup(target)
        Database(new).keep_nothing()
    except sqlite3.Error as error:
        msg = f"The database {old} cannot be read: {error}. To begin without its runs, delete it."
        raise RunError(msg) from error


def _fold(database: Path) -> None:
    # The file alone is moved: what lies beside it must be in it.
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
