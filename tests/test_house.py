"""
The rules of the house: who may import what, how long a module may be, what may stand in a file.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

WITHOUT_AIRFLOW = [
    "flowkit",
    "flowkit.base.*",
    "flowkit.model.*",
    "flowkit.draft.*",
    "flowkit.analysis.*",
    "flowkit.rules.*",
    "flowkit.resolve.*",
    "flowkit.builders.*",
    "flowkit.project.*",
    "flowkit.report.*",
    "flowkit.scaffold.*",
    "flowkit.cli.main",
]
PACKAGE_FILES = sorted((ROOT / "flowkit").rglob("*.py"))
PYTHON_FILES = sorted(
    file for folder in ("flowkit", "dags", "tests", "benchmarks") for file in (ROOT / folder).rglob("*.py")
)

_IMPORT = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    module = importlib.import_module(name.removesuffix(".*"))
    if name.endswith(".*") and hasattr(module, "__path__"):
        for found in pkgutil.walk_packages(module.__path__, f"{module.__name__}."):
            importlib.import_module(found.name)
print(*sorted(name for name in sys.modules if name.split(".")[0].startswith("airflow")), sep="\\n")
"""


def _airflow_modules_after(*names: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, *names], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("name", WITHOUT_AIRFLOW)
def test_import_leaves_airflow_out(name: str) -> None:
    """
    Importing flowkit, or any floor but one, loads no module of Airflow.
    """
    assert _airflow_modules_after(name) == []


def test_the_door_to_airflow_opens_late() -> None:
    """
    Importing the module that holds `register` loads no module of Airflow: the call does it.
    """
    assert _airflow_modules_after("flowkit.airflow.dags") == []


def test_the_probe_sees_airflow() -> None:
    """
    The tests above would notice an import of Airflow.
    """
    assert "airflow" in _airflow_modules_after("airflow")


def test_imports_run_downwards() -> None:
    """
    import-linter keeps the floors apart.
    """
    tool = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run([tool, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", PACKAGE_FILES, ids=_shown)
def test_module_is_short(file: Path) -> None:
    """
    A module can be read in one sitting.
    """
    assert len(file.read_text().splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("file", PACKAGE_FILES, ids=_shown)
def test_functions_are_short(file: Path) -> None:
    """
    A function fits on a screen.
    """
    functions = [
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("file", PYTHON_FILES, ids=_shown)
def test_no_loose_ends(file: Path) -> None:
    """
    No file is left with work marked as to be done.
    """
    # Spelt in two parts, since this file is among those that are searched.
    marks = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]))
    assert marks.findall(file.read_text()) == []


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="not a clone, or no git")
def test_git_sees_every_file_of_the_package() -> None:
    """
    No pattern of `.gitignore` hides a file of the package: it would be missing from commits and from wheels.
    """
    done = subprocess.run(
        ["git", "check-ignore", *map(_shown, PYTHON_FILES)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.stdout, done.stderr) == ("", "")


def _files_of_the_project() -> Iterator[Path]:
    unwanted = re.compile(r"\.git|.*cache.*|__pycache__|\.flowkit|\.hypothesis|site|.*\.egg-info")
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            # An environment, whatever its name, is no part of the project.
            if not unwanted.fullmatch(name) and not (Path(folder, name) / "pyvenv.cfg").exists()
        ]
        yield from (Path(folder, name) for name in files)


def test_files_name_no_machine() -> None:
    """
    No file holds a path of the machine on which it was written, or the host of a package index.
    """
    machine = re.compile(
        "|".join(
            [
                "/ho" + "me/(?!me/)",
                "/Us" + "ers/",
                "/wo" + "rk/",
                "/tm" + "p/",
                "pyp" + "i\\.",
                "--index" + "-url",
            ]
        )
    )
    found: dict[str, list[str]] = {}
    for file in _files_of_the_project():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not text
        # A port holds what the example holds with which it is compared.
        allowed = {"/tm" + "p/"} if "ports" in file.parts else set()
        if hits := [hit for hit in machine.findall(text) if hit not in allowed]:
            found[_shown(file)] = hits

    assert found == {}
