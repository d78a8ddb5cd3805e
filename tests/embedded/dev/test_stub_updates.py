"""
Stubs are kept up to date while files are edited.
"""

from __future__ import annotations

from pathlib import Path

from flowkit.embedded.dev.dev_events import StubsWritten
from flowkit.embedded.dev.stub_updates import StubUpdates

OPERATORS = "airflow.providers.standard.operators"
EMPTY = Path("typings/airflow/providers/standard/operators/empty.pyi")
BASH = Path("typings/airflow/providers/standard/operators/bash.pyi")


def _project(tmp_path: Path) -> tuple[StubUpdates, Path]:
    (tmp_path / "typings").mkdir()
    file = tmp_path / "dags" / "sales.py"
    file.parent.mkdir()
    file.write_text(f"from {OPERATORS}.empty import EmptyOperator\n", encoding="utf-8")
    return StubUpdates(tmp_path), file


def test_imports_that_are_added_and_removed(tmp_path: Path) -> None:
    """Each save that imports other operators writes or removes stubs; others do nothing."""
    updates, file = _project(tmp_path)

    (first,) = updates.update()
    assert isinstance(first, StubsWritten)
    assert tmp_path / EMPTY in first.files
    assert first.failure == ""
    assert list(updates.update({file})) == []

    file.write_text(f"from {OPERATORS}.bash import BashOperator\n", encoding="utf-8")
    (second,) = updates.update({file, tmp_path / "notes.txt"})
    assert isinstance(second, StubsWritten)
    assert set(second.files) == {tmp_path / EMPTY, tmp_path / BASH}
    assert (tmp_path / BASH).exists()
    assert not (tmp_path / EMPTY).exists()

    file.unlink()
    list(updates.update({file}))
    assert not (tmp_path / BASH).exists()


def test_no_folder_of_stubs(tmp_path: Path) -> None:
    """A project that has none gets none, until somebody makes the folder."""
    updates, file = _project(tmp_path)
    (tmp_path / "typings").rmdir()
    assert list(updates.update()) == []
    assert list(updates.update({file})) == []

    (tmp_path / "typings").mkdir()
    assert len(list(updates.update({file}))) == 1


def test_a_stub_that_cannot_be_written(tmp_path: Path) -> None:
    """It is reported, and the local Airflow goes on."""
    updates, _ = _project(tmp_path)
    (tmp_path / "typings" / "airflow").touch()

    (event,) = updates.update()

    assert isinstance(event, StubsWritten)
    assert event.files == ()
    assert str(tmp_path / "typings" / "airflow") in event.failure
