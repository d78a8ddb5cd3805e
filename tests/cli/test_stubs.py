"""
`flowkit stubs`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.commands import run_flowkit

DAG_FILES = {
    "sales.py": (
        "from airflow.providers.standard.operators.bash import BashOperator\n"
        "from airflow.providers.standard.sensors.filesystem import FileSensor\n"
        "from flowkit import operator\n\n"
        "operator(FileSensor, filepath='a')\n"
        "BashOperator(task_id='b', bash_command='c')\n"
    ),
    "other.py": "from airflow.providers.standard.operators.empty import EmptyOperator\n",
}
STANDARD = Path("typings/airflow/providers/standard")
BASH, EMPTY = STANDARD / "operators/bash.pyi", STANDARD / "operators/empty.pyi"
FILES = STANDARD / "sensors/filesystem.pyi"


def _stubs(project: Path) -> set[Path]:
    return {file.relative_to(project) for file in (project / "typings").rglob("*.pyi")}


def test_stubs_of_a_project(project: Path) -> None:
    """All files count, from whatever folder of the project the command is called."""
    done = run_flowkit("stubs", cwd=project / "dags")

    assert (done.returncode, done.stderr) == (0, "")
    assert _stubs(project) == {Path("typings/airflow/__init__.pyi"), BASH, EMPTY, FILES}
    assert "4 stubs in" in done.stdout
    assert "task_id: str = ..." in (project / BASH).read_text(encoding="utf-8")
    assert "task_id: str = ..." not in (project / FILES).read_text(encoding="utf-8")


def test_check(project: Path) -> None:
    """It writes nothing, and fails unless the stubs are up to date."""
    missing = run_flowkit("stubs", "--check", cwd=project)
    assert missing.returncode == 1
    assert [str(FILES), "missing"] in [line.split() for line in missing.stdout.splitlines()]
    assert not (project / "typings").exists()

    run_flowkit("stubs", cwd=project)
    assert run_flowkit("stubs", "--check", cwd=project).returncode == 0

    (project / "dags" / "other.py").unlink()
    unused = run_flowkit("stubs", "--check", cwd=project)
    assert unused.returncode == 1
    assert [str(EMPTY), "unused"] in [line.split() for line in unused.stdout.splitlines()]
    assert (project / EMPTY).exists()


def test_paths(project: Path) -> None:
    """Only the imports of these files count, and other stubs stay."""
    run_flowkit("stubs", cwd=project)
    (project / FILES).unlink()

    done = run_flowkit("stubs", "dags/sales.py", "--output", "typings", cwd=project)

    assert done.returncode == 0
    assert {EMPTY, FILES} < _stubs(project)


def test_another_folder(project: Path) -> None:
    """`--output` is relative to the working folder."""
    run_flowkit("stubs", "--output", "elsewhere", cwd=project)

    assert (project / "elsewhere" / FILES.relative_to("typings")).exists()


def test_nothing_to_write(tmp_path: Path) -> None:
    """A project without operators needs no stubs."""
    (tmp_path / "pyproject.toml").touch()

    done = run_flowkit("stubs", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (0, "No stubs: no file imports an operator.\n")
    assert not (tmp_path / "typings").exists()


@pytest.mark.parametrize("path", ["missing", "dags/missing.py", ""])
def test_no_such_path(project: Path, path: str) -> None:
    """That is a usage error."""
    done = run_flowkit("stubs", path, cwd=project)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")


def test_a_file_in_place_of_the_folder(project: Path) -> None:
    """So is this."""
    (project / "typings").touch()

    done = run_flowkit("stubs", cwd=project)

    assert done.returncode == 2
    assert "is not a folder" in done.stderr


def test_a_folder_that_cannot_be_written(project: Path) -> None:
    """Each stub that is missing is named, with the reason."""
    (project / "typings").mkdir()
    (project / "typings" / "airflow").touch()

    done = run_flowkit("stubs", cwd=project)

    assert done.returncode == 1
    assert f"Error: Cannot write {BASH}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_files_of_others_are_kept(project: Path) -> None:
    """A stub that was written by hand stays, and is named."""
    (project / FILES).parent.mkdir(parents=True)
    (project / FILES).write_text("class FileSensor: ...\n", encoding="utf-8")

    done = run_flowkit("stubs", cwd=project)

    assert done.returncode == 0
    assert "kept (not written by flowkit)" in done.stdout
    assert (project / FILES).read_text(encoding="utf-8") == "class FileSensor: ...\n"


def test_no_airflow_is_imported(project: Path) -> None:
    """Sources are read: a module that cannot be imported has a stub, too."""
    broken = project / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.startswith('airflow.'): raise SystemExit(f'imported {name}')\n"
        "sys.meta_path.insert(0, Finder())\n",
        encoding="utf-8",
    )
    path = f"{broken}{os.pathsep}{Path(__file__).parents[2]}"

    done = run_flowkit("stubs", cwd=project, PYTHONPATH=path)

    assert (done.returncode, done.stderr) == (0, "")
