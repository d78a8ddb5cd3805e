"""
Reads DAG files' parse results from the database of a local Airflow, and requests parses from its DAG processor.

Accesses SQLite directly: importing Airflow would take seconds.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final, final

import attrs

from flowkit.embedded.dev.airflow_home import BUNDLE

# Airflow keeps the database locked while it stores a file of many DAGs.
_SQLITE_TIMEOUT_S: Final = 10.0
# For an import error, Airflow stores the time of the write, not of the start of the parse. Most parses are shorter.
_PARSE_S: Final = 0.5
# Airflow hides all DAGs of a file with an import error. Only then does it set both columns at once: hiding DAGs whose
# file is gone, or that flowkit retires, sets one of them.
_KEEP_LAST_GOOD_SQL: Final = """
CREATE TRIGGER IF NOT EXISTS flowkit_keeps_last_good AFTER UPDATE OF has_import_errors ON dag
WHEN NEW.has_import_errors AND NOT OLD.is_stale
BEGIN
    UPDATE dag SET is_stale = 0 WHERE dag_id = NEW.dag_id;
END
"""
# SQLite limits the number of values in one query.
_MAX_QUERY_FILES: Final = 500


@final
@attrs.frozen
class ParsedDag:
    """
    A DAG that Airflow shows.
    """

    file: str
    """The path of its file within the DAG folder."""

    dag_id: str

    begun: float
    """
    Roughly when Airflow started to parse the file, in seconds since 1970: it stores when it wrote the result, which is
    some time after the end of the parse, and the duration of the parse.
    """

    visible: float
    """When the result was written."""

    stored: float
    """When the stored DAG last changed."""


@final
@attrs.frozen
class ParsedError:
    """
    An import error that Airflow shows.
    """

    file: str
    """The path of the file within the DAG folder."""

    name: str
    """The file, or `file::dag_id` for the error of one pipeline."""

    begun: float
    visible: float
    text: str


@final
@attrs.frozen
class Database:
    """
    The database of a local Airflow.
    """

    file: Path

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file, timeout=_SQLITE_TIMEOUT_S)) as connection, connection:
            yield connection

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._connected() as connection:
            return connection.execute(sql, values).fetchall()

    def dags(self, files: Collection[str] = ()) -> list[ParsedDag]:
        """
        Return the DAGs of *files*, or all DAGs if there are none.
        """
        condition, values = _file_filter("dag.relative_fileloc", files)
        rows = self._rows(
            "SELECT dag.relative_fileloc, dag.dag_id, last_parsed_time, last_parse_duration, "  # noqa: S608
            "(SELECT max(last_updated) FROM serialized_dag WHERE serialized_dag.dag_id = dag.dag_id) FROM dag "
            f"WHERE bundle_name = ? AND NOT is_stale AND last_parsed_time IS NOT NULL{condition}",
            BUNDLE,
            *values,
        )
        # The DAGs of one file are written one after the other; those of one parse have the same duration.
        first: dict[tuple[str, float | None], float] = {}
        for file, _, at, duration, _ in rows:
            first[file, duration] = min(first.get((file, duration), _seconds(at)), _seconds(at))
        return [
            ParsedDag(
                file,
                dag_id,
                begun=first[file, duration] - float(duration or 0),
                visible=_seconds(at),
                stored=_seconds(stored) if stored else 0.0,
            )
            for file, dag_id, at, duration, stored in rows
        ]

    def errors(self) -> list[ParsedError]:
        """
        Return the import errors.
        """
        rows = self._rows(
            'SELECT filename, "timestamp", stacktrace FROM import_error WHERE bundle_name = ?', BUNDLE
        )
        return [
            ParsedError(
                name.partition("::")[0], name, _seconds(at) - _PARSE_S, visible=_seconds(at), text=text or ""
            )
            for name, at, text in rows
        ]

    def files_with_named_errors(self) -> set[str]:
        """
        Return the files with an import error of a single pipeline.
        """
        rows = self._rows(
            "SELECT filename FROM import_error WHERE bundle_name = ? AND filename LIKE '%::%'", BUNDLE
        )
        return {name.partition("::")[0] for (name,) in rows}

    def request(self, files: Iterable[str]) -> None:
        """
        Ask the DAG processor to rescan the folder, and to parse *files* first.
        """
        rows = [(hashlib.md5(f"{BUNDLE}:{file}".encode()).hexdigest(), BUNDLE, file) for file in files]  # noqa: S324
        with self._connected() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO dag_priority_parsing_request (id, bundle_name, relative_fileloc) "
                "VALUES (?, ?, ?)",
                rows,
            )

    def keep_last_good(self) -> None:
        """
        Keep DAGs of a file that cannot be imported in Airflow's list. Airflow does not start runs of them by itself.
        """
        with self._connected() as connection:
            connection.execute(_KEEP_LAST_GOOD_SQL)

    def stop_keeping_last_good(self) -> None:
        """
        Undo `keep_last_good`, so that Airflow can migrate the table.
        """
        with self._connected() as connection:
            connection.execute("DROP TRIGGER IF EXISTS flowkit_keeps_last_good")

    def retire(self, dag_ids: Iterable[str]) -> None:
        """
        Remove DAGs that no file defines any more from Airflow's list, as Airflow itself eventually does. Runs are kept.
        """
        with self._connected() as connection:
            connection.executemany(
                "UPDATE dag SET is_stale = 1 WHERE dag_id = ? AND bundle_name = ?",
                [(dag_id, BUNDLE) for dag_id in dag_ids],
            )


def _file_filter(column: str, files: Collection[str]) -> tuple[str, Sequence[str]]:
    if not files or len(files) > _MAX_QUERY_FILES:
        return "", ()
    return f" AND {column} IN ({', '.join('?' * len(files))})", tuple(files)


def _seconds(at: str | float) -> float:
    if isinstance(at, int | float):
        return float(at)
    parsed = datetime.fromisoformat(at)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).timestamp()
