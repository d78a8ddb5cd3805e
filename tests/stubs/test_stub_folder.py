"""
The folder of stubs.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowkit.stubs.stub_folder import StaleStub, StubFile, stale_stubs, stub_files, write_stubs

EMPTY = "airflow.providers.standard.operators.empty"
STUB = Path("airflow/providers/standard/operators/empty.pyi")
AIRFLOW = Path("airflow/__init__.pyi")


@pytest.fixture(scope="module")
def texts() -> dict[Path, str]:
    return stub_files([EMPTY, "no_such_module"], {})


def _outcomes(files: list[StubFile], folder: Path) -> dict[Path, str]:
    return {file.path.relative_to(folder): file.outcome for file in files}


def test_files(texts: dict[Path, str]) -> None:
    """Each has the versions in its first line; the package itself has a stub as well."""
    assert list(texts) == [STUB, AIRFLOW]
    assert texts[STUB].startswith(
        "# Written by `flowkit stubs` (format 1) from apache-airflow-providers-standard "
    )
    assert "extend_path" in texts[AIRFLOW]


def test_write(texts: dict[Path, str], tmp_path: Path) -> None:
    """What is the same is not written again."""
    folder = tmp_path / "typings"

    assert _outcomes(write_stubs(folder, texts, complete=True), folder) == {
        STUB: "written",
        AIRFLOW: "written",
    }
    assert (folder / STUB).read_text(encoding="utf-8") == texts[STUB]
    assert (folder / STUB).stat().st_mode & 0o777 == 0o666 & ~_umask()
    assert _outcomes(write_stubs(folder, texts, complete=True), folder) == {
        STUB: "unchanged",
        AIRFLOW: "unchanged",
    }
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["__init__.pyi", "empty.pyi"]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_update_and_remove(texts: dict[Path, str], tmp_path: Path) -> None:
    """Only flowkit's own files are replaced or removed, and the folders that are then empty."""
    write_stubs(tmp_path, texts, complete=True)
    (tmp_path / STUB).write_text(texts[STUB] + "x: int\n", encoding="utf-8")
    (tmp_path / "own.pyi").write_text("x: int\n", encoding="utf-8")

    assert _outcomes(write_stubs(tmp_path, texts, complete=True), tmp_path)[STUB] == "updated"
    assert _outcomes(write_stubs(tmp_path, {}, complete=False), tmp_path) == {}
    assert _outcomes(write_stubs(tmp_path, {}, complete=True), tmp_path) == {
        STUB: "removed",
        AIRFLOW: "removed",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["own.pyi"]


def test_files_of_others(texts: dict[Path, str], tmp_path: Path) -> None:
    """They are kept."""
    file = tmp_path / STUB
    file.parent.mkdir(parents=True)
    file.write_text("class EmptyOperator: ...\n", encoding="utf-8")

    outcomes = _outcomes(write_stubs(tmp_path, texts, complete=True), tmp_path)

    assert outcomes == {STUB: "kept", AIRFLOW: "written"}
    assert file.read_text(encoding="utf-8") == "class EmptyOperator: ...\n"


def test_dry_run(texts: dict[Path, str], tmp_path: Path) -> None:
    """It changes nothing."""
    folder = tmp_path / "typings"

    assert _outcomes(write_stubs(folder, texts, complete=True, dry=True), folder)[STUB] == "written"
    assert not folder.exists()


def test_a_write_that_fails(texts: dict[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file stays as it was, and nothing is left behind."""
    write_stubs(tmp_path, texts, complete=True)
    old = texts[STUB] + "x: int\n"
    (tmp_path / STUB).write_text(old, encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flowkit.stubs.stub_folder.os.replace", full)
    files = {file.path: file for file in write_stubs(tmp_path, texts, complete=True)}

    assert files[tmp_path / STUB] == StubFile(tmp_path / STUB, "failed", "No space left on device")
    assert (tmp_path / STUB).read_text(encoding="utf-8") == old
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_file_in_the_way(texts: dict[Path, str], tmp_path: Path) -> None:
    """A file where a folder has to be is an error for each stub below it."""
    (tmp_path / "airflow").touch()

    files = write_stubs(tmp_path, texts, complete=True)

    assert {file.outcome for file in files} == {"failed"}
    assert all(file.reason for file in files)


def test_stale_stubs(texts: dict[Path, str], tmp_path: Path) -> None:
    """Stubs are compared with what is installed, and with the format of this flowkit."""
    write_stubs(tmp_path, texts, complete=True)
    assert list(stale_stubs(tmp_path)) == []
    assert list(stale_stubs(tmp_path / "missing")) == []

    current = texts[STUB].split(" from ")[1].split(".\n")[0]
    name, version = current.split(", ")[0].rsplit(" ", 1)
    for head in (f"{name} 0.0.1", "no-such-provider 1.0"):
        (tmp_path / STUB).write_text(texts[STUB].replace(current, head), encoding="utf-8")
        installed = version if name in head else None
        other, _, old = head.partition(" ")
        assert list(stale_stubs(tmp_path)) == [StaleStub(tmp_path / STUB, ((other, old, installed),))]

    (tmp_path / STUB).write_text(texts[STUB].replace("(format 1)", "(format 0)"), encoding="utf-8")
    assert list(stale_stubs(tmp_path)) == [StaleStub(tmp_path / STUB, ())]
