"""
Which saves are seen.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowkit.embedded.dev.file_watcher import import_roots, saves


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    """
    A DAG folder.
    """
    (tmp_path / "pyproject.toml").touch()
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "there.py").write_text("")
    return folder


def seen(watched: Iterator[set[Path]], enough: Path) -> set[str]:
    """
    Return the names of what was saved until *enough* was.
    """
    found: set[Path] = set()
    deadline = time.monotonic() + 20
    while enough not in found and time.monotonic() < deadline:
        found |= next(watched)
    assert enough in found
    return {path.name for path in found}


def test_the_dag_folder_and_the_projects_packages_are_roots(
    dags: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Not the environment, and nothing outside the project.
    """
    source = dags.parent / "src"
    installed = dags.parent / "lib" / "site-packages"
    for folder in (source, installed):
        folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(source), str(installed), "/", str(dags.parent / "no")])
    assert import_roots(dags) == [dags, source]


def test_saves_are_seen(dags: Path) -> None:
    """
    Files that are written, made, put in the place of another, and removed.
    """
    watched = saves([dags])
    next(watched)
    (dags / "there.py").write_text("x = 1")
    (dags / "new.py").write_text("")
    temporary = dags / "atomic.py.tmp"
    temporary.write_text("")
    temporary.replace(dags / "atomic.py")
    (dags / "table.csv").write_text("")
    (dags / "last.py").write_text("")
    assert seen(watched, dags / "last.py") >= {"there.py", "new.py", "atomic.py", "table.csv", "last.py"}
    (dags / "there.py").unlink()
    assert "there.py" in seen(watched, dags / "there.py")


def test_what_nobody_wrote_is_not_seen(dags: Path) -> None:
    """
    Bytecode, databases, logs, what editors put beside a file, hidden folders.
    """
    (dags / ".git").mkdir()
    (dags / "__pycache__").mkdir()
    watched = saves([dags])
    next(watched)
    for name in (
        ".git/index",
        "__pycache__/x.pyc",
        "a.db",
        "a.log",
        ".there.py.swp",
        "there.py~",
        "4913.tmp",
    ):
        (dags / name).write_text("")
    gone = dags / "gone.csv"
    gone.write_text("")
    gone.unlink()
    (dags / "last.py").write_text("")
    assert seen(watched, dags / "last.py") == {"last.py"}


def test_the_ignore_file_is_seen(dags: Path) -> None:
    """
    Though its name begins with a dot.
    """
    watched = saves([dags])
    next(watched)
    (dags / ".airflowignore").write_text("x")
    assert seen(watched, dags / ".airflowignore") == {".airflowignore"}


def test_modules_elsewhere_are_seen(dags: Path) -> None:
    """
    Not what lies beside them: an environment, data, the DAG folder once more.
    """
    project = dags.parent
    (project / "library").mkdir()
    (project / "library" / "__init__.py").touch()
    (project / "data").mkdir()
    watched = saves([dags, project])
    next(watched)
    (project / "data" / "x.csv").write_text("")
    (project / "library" / "x.py").write_text("")
    (dags / "last.py").write_text("")
    assert {"x.py", "last.py"} == seen(watched, dags / "last.py") | seen_now(watched)


def seen_now(watched: Iterator[set[Path]]) -> set[str]:
    """
    Return the names of what is seen without waiting.
    """
    return {path.name for _ in range(3) for path in next(watched)}
