"""
What Airflow keeps in its database, read past Airflow.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa


class Database:
    """
    The database of an Airflow.
    """

    @property
    def database_url(self) -> str:
        """
        Where it is, as SQLAlchemy writes it.
        """
        raise NotImplementedError

    def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        """
        Return the rows of a query of the database, by the names of the columns.
        """
        with self._connect() as connection:
            return [dict(row) for row in connection.execute(sa.text(sql), parameters).mappings()]

    def import_errors(self) -> dict[str, str]:
        """
        Return the import errors as the database has them: file name, and message.
        """
        rows = self.rows("SELECT filename, stacktrace FROM import_error ORDER BY filename")
        return {row["filename"]: row["stacktrace"] for row in rows}

    def dag_rows(self) -> dict[str, dict[str, Any]]:
        """
        Return what the database says of each DAG: `is_stale`, `has_import_errors`, `is_paused`, `relative_fileloc`.
        """
        columns = "dag_id, is_stale, has_import_errors, is_paused, relative_fileloc, last_parsed_time"
        return {row["dag_id"]: row for row in self.rows(f"SELECT {columns} FROM dag ORDER BY dag_id")}  # noqa: S608

    def dags(self) -> list[str]:
        """
        Return the ids of the DAGs that Airflow would run.
        """
        return [dag_id for dag_id, row in self.dag_rows().items() if not row["is_stale"]]

    def unpause(self, *dag_ids: str) -> None:
        """
        Put DAGs on the schedule; all of them, when none is named.
        """
        with self._connect() as connection:
            for dag_id in dag_ids:
                connection.execute(
                    sa.text("UPDATE dag SET is_paused = false WHERE dag_id = :id"), {"id": dag_id}
                )
            if not dag_ids:
                connection.execute(sa.text("UPDATE dag SET is_paused = false"))
            connection.commit()

    @contextlib.contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self.database_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            yield connection
        engine.dispose()
