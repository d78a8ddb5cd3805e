"""
What flowkit reads from, and writes into, the database of a real Airflow.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.orm import Session

from flowkit.embedded.dev.airflow_database import Database
from flowkit.embedded.dev.airflow_home import BUNDLE


@pytest.fixture
def file(airflow_db: Path, tmp_path: Path) -> Path:
    """
    A copy of an empty database that is up to date.
    """
    copy = tmp_path / "airflow.db"
    # What Airflow has not yet written into the file itself comes along.
    with closing(sqlite3.connect(airflow_db)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


@pytest.fixture
def session(file: Path) -> Iterator[Session]:
    """
    Airflow's own way to it.
    """
    from airflow.models.dagbundle import DagBundleModel

    engine = create_engine(f"sqlite:///{file}")
    with Session(engine) as session:
        session.execute(delete(DagBundleModel).where(DagBundleModel.name == BUNDLE))
        bundle: Any = DagBundleModel
        session.add(bundle(name=BUNDLE))
        session.commit()
        yield session
    engine.dispose()


def add(session: Session, dag_id: str, file: str, *, at: float, duration: float = 0.25) -> None:
    """
    Add a DAG as the DAG processor does.
    """
    from airflow.models.dag import DagModel

    model: Any = DagModel
    # Airflow 3.1 has no such column.
    more = {"timetable_type": ""} if hasattr(model, "timetable_type") else {}
    session.add(
        model(
            dag_id=dag_id,
            bundle_name=BUNDLE,
            relative_fileloc=file,
            fileloc=f"/dags/{file}",
            is_stale=False,
            is_paused=True,
            last_parsed_time=datetime.fromtimestamp(at, timezone.utc),
            last_parse_duration=duration,
            max_active_tasks=1,
            has_task_concurrency_limits=False,
            **more,
        )
    )
    session.commit()


def test_dags_are_read(file: Path, session: Session) -> None:
    """
    Those of one parse began together, whatever the time at which each was written.
    """
    now = time.time() - 10
    add(session, "first", "one.py", at=now, duration=0.5)
    add(session, "second", "one.py", at=now + 2, duration=0.5)
    add(session, "old", "one.py", at=now - 60, duration=0.4)
    add(session, "other", "two.py", at=now)
    found = {dag.dag_id: dag for dag in Database(file).dags()}
    assert set(found) == {"first", "second", "old", "other"}
    assert found["first"].begun == found["second"].begun == pytest.approx(now - 0.5, abs=0.001)
    assert found["second"].visible == pytest.approx(now + 2, abs=0.001)
    assert found["old"].begun == pytest.approx(now - 60.4, abs=0.001)
    assert found["first"].stored == 0
    assert [dag.dag_id for dag in Database(file).dags({"two.py"})] == ["other"]
    assert len(Database(file).dags({f"{number}.py" for number in range(2000)})) == 4


def test_retired_dags_are_gone(file: Path, session: Session) -> None:
    """
    From Airflow's list; their rows stay.
    """
    from airflow.models.dag import DagModel

    add(session, "first", "one.py", at=time.time())
    add(session, "second", "one.py", at=time.time())
    Database(file).retire(["first", "unknown"])
    assert [dag.dag_id for dag in Database(file).dags()] == ["second"]
    session.expire_all()
    stale: Any = DagModel.is_stale
    assert session.scalars(select(DagModel.dag_id).where(stale)).all() == ["first"]


def test_dags_of_a_broken_file_stay(file: Path, session: Session) -> None:
    """
    As long as the file is there: those that were in Airflow's list, and no others.
    """
    from airflow.models.dag import DagModel

    database = Database(file)
    for dag_id in ("first", "second", "retired"):
        add(session, dag_id, "one.py", at=time.time())
    database.retire(["retired"])
    database.keep_last_good()
    database.keep_last_good()
    broken = update(DagModel).where(DagModel.relative_fileloc == "one.py")
    for _ in range(2):
        # What Airflow does with the DAGs of a file that it cannot import.
        session.execute(broken.values(has_import_errors=True, bundle_name=BUNDLE, is_stale=True))
        session.commit()
        assert {dag.dag_id for dag in database.dags()} == {"first", "second"}
    database.retire(["second"])
    assert {dag.dag_id for dag in database.dags()} == {"first"}
    DagModel.deactivate_deleted_dags(BUNDLE, set(), session=session)
    session.commit()
    assert database.dags() == []


def test_airflow_hides_them_without_it(file: Path, session: Session) -> None:
    """
    It can be taken back, also where it was never done.
    """
    from airflow.models.dag import DagModel

    database = Database(file)
    add(session, "first", "one.py", at=time.time())
    database.stop_keeping_last_good()
    database.keep_last_good()
    database.stop_keeping_last_good()
    session.execute(update(DagModel).values(has_import_errors=True, bundle_name=BUNDLE, is_stale=True))
    session.commit()
    assert database.dags() == []


def test_import_errors_are_read(file: Path, session: Session) -> None:
    """
    Those of files, and those of pipelines by name.
    """
    from airflow.models.errors import ParseImportError

    error: Any = ParseImportError
    at = datetime.now(timezone.utc)
    for name in ("one.py", "team/two.py::sales"):
        session.add(error(timestamp=at, filename=name, bundle_name=BUNDLE, stacktrace=f"of {name}"))
    session.commit()
    found = Database(file).errors()
    assert [(one.file, one.name, one.text) for one in found] == [
        ("one.py", "one.py", "of one.py"),
        ("team/two.py", "team/two.py::sales", "of team/two.py::sales"),
    ]
    assert found[0].visible == pytest.approx(at.timestamp(), abs=0.001)
    assert found[0].begun < found[0].visible
    assert Database(file).files_with_named_errors() == {"team/two.py"}


def test_requests_are_those_that_airflow_makes(file: Path, session: Session) -> None:
    """
    The API would write the same row, and a second request for a file takes the place of the first.
    """
    from airflow.models.dagbag import DagPriorityParsingRequest

    Database(file).request(["one.py", "team/two.py"])
    Database(file).request(["one.py"])
    rows = session.scalars(select(DagPriorityParsingRequest)).all()
    assert {(row.bundle_name, row.relative_fileloc) for row in rows} == {
        (BUNDLE, "one.py"),
        (BUNDLE, "team/two.py"),
    }
    ours = {row.relative_fileloc: row.id for row in rows}
    session.execute(delete(DagPriorityParsingRequest))
    session.add(DagPriorityParsingRequest(bundle_name=BUNDLE, relative_fileloc="one.py"))
    session.commit()
    assert session.scalars(select(DagPriorityParsingRequest.id)).all() == [ours["one.py"]]


def test_a_database_that_airflow_holds_is_waited_for(
    file: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Not for ever: then it is SQLite's own error, and the caller asks again.
    """
    monkeypatch.setattr("flowkit.embedded.dev.airflow_database._SQLITE_TIMEOUT_S", 0.1)
    shutil.copy(file, file.with_name("copy.db"))
    with closing(sqlite3.connect(file.with_name("copy.db"), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            Database(file.with_name("copy.db")).request(["one.py"])
