"""
The database of the warehouse: one SQLite file.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from warehouse.tables import Value

_PROJECT = Path(__file__).resolve().parents[2]


def path() -> Path:
    """
    Return where the database is: `FLOWKIT_EXAMPLE_DB`, or `.flowkit/example.sqlite` in the project's folder.
    """
    set_by_hand = os.environ.get("FLOWKIT_EXAMPLE_DB")
    return Path(set_by_hand) if set_by_hand else _PROJECT / ".flowkit" / "example.sqlite"


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """
    Give a connection whose changes are kept together, or not at all when an error leaves the block.
    """
    path().parent.mkdir(parents=True, exist_ok=True)
    # Several pipelines may write at once: each waits for the others.
    with closing(sqlite3.connect(path(), timeout=30)) as connection, connection:
        yield connection


def replace_all(table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Value]]) -> None:
    """
    Make *rows* the content of *table*, whatever it held: a second run leaves the same rows as the first.

    Args:
        table: The name of the table. It is created when it is missing.

        columns: The SQL type of each column. The first is the key.

        rows: The values, in the order of the columns.
    """
    with transaction() as connection:
        _create(connection, table, columns, key_columns=1)
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # the names are the program's own
        _write(connection, table, columns, rows)


def upsert(table: str, columns: Mapping[str, str], row: Sequence[Value], *, key_columns: int) -> None:
    """
    Write one row over the one with the same key.
    """
    with transaction() as connection:
        _create(connection, table, columns, key_columns=key_columns)
        _write(connection, table, columns, [row])


def _create(
    connection: sqlite3.Connection, table: str, columns: Mapping[str, str], *, key_columns: int
) -> None:
    fields = ", ".join(f"{name} {sql} NOT NULL" for name, sql in columns.items())
    key = ", ".join(list(columns)[:key_columns])
    connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({fields}, PRIMARY KEY ({key}))")


def _write(
    connection: sqlite3.Connection, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Value]]
) -> None:
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # see above
    connection.executemany(statement, rows)
