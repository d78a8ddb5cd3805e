"""
The structure of the code: which package imports which, how long modules and functions are, what no file contains.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 40
LONG_FUNCTIONS = {
    "flowkit/cli/check.py: add_arguments": 42,
    "flowkit/report/markdown.py: markdown": 42,
    "flowkit/resolve/data.py: Data._argument": 49,
}
"""Functions that are longer, with the lengths that they must not exceed. No new ones belong here."""

SHARED_MODULE_NAMES = {
    "arguments",
    "edges",
    "lazy_imports",
    "native",
    "operators",
    "output",
    "params",
    "pipeline",
    "plugin",
    "recipe",
}
"""Names that several packages use for their part of the same thing, such as `builders/params` and `model/params`."""

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
    "flowkit.testing.*",
    "flowkit.mypy.*",
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
        for submodule in pkgutil.walk_packages(module.__path__, f"{module.__name__}."):
            importlib.import_module(submodule.name)
print(*sorted(name for name in sys.modules if name.split(".")[0].startswith("airflow")), sep="\\n")
"""


def _airflow_modules_after(*names: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, *names], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _function_lengths(node: ast.AST, outer: str = "") -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        name = outer
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{outer}.{child.name}".lstrip(".")
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield name, (child.end_lineno or child.lineno) - child.lineno + 1
        yield from _function_lengths(child, name)


@pytest.mark.parametrize("name", WITHOUT_AIRFLOW)
def test_import_leaves_airflow_out(name: str) -> None:
    """
    Importing flowkit, or any package that is not there to run Airflow, does not load Airflow.
    """
    assert _airflow_modules_after(name) == []


def test_importing_register_leaves_airflow_out() -> None:
    """
    Importing the module that defines `register` does not load Airflow; the call does.
    """
    assert _airflow_modules_after("flowkit.airflow.dags") == []


def test_an_import_of_airflow_is_noticed() -> None:
    """
    The tests above would fail if Airflow were imported.
    """
    assert "airflow" in _airflow_modules_after("airflow")


def test_imports_run_downwards() -> None:
    """
    import-linter finds no import that breaks the order of the packages.
    """
    tool = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run([tool, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_are_short() -> None:
    """
    A module can be read in one sitting.
    """
    lengths = {_relative(file): len(file.read_text().splitlines()) for file in PACKAGE_FILES}

    assert {name: length for name, length in lengths.items() if length > MAX_MODULE_LINES} == {}


def test_functions_are_short() -> None:
    """
    A function fits on a screen.
    """
    lengths = {
        f"{_relative(file)}: {name}": length
        for file in PACKAGE_FILES
        for name, length in _function_lengths(ast.parse(file.read_text()))
    }

    assert {
        name: length
        for name, length in lengths.items()
        if length > LONG_FUNCTIONS.get(name, MAX_FUNCTION_LINES)
    } == {}


def test_function_lengths_count_nested_functions() -> None:
    """
    The test above sees methods, and functions in functions, each with its own length.
    """
    source = "class A:\n    def a(self):\n        def b():\n            pass\n        return b\n"

    assert dict(_function_lengths(ast.parse(source))) == {"A.a": 4, "A.a.b": 2}


def test_module_names_are_unique() -> None:
    """
    A module can be found by its name; the names of a few central things recur in several packages.
    """
    modules = Counter(file.stem for file in PACKAGE_FILES if file.stem not in {"__init__", "__main__"})

    assert {name for name, count in modules.items() if count > 1} == SHARED_MODULE_NAMES
    assert [name for name in modules if name.startswith("_")] == []


def test_private_names_stay_in_their_module() -> None:
    """
    No module imports a name with a leading underscore from another module of flowkit.
    """
    offenders = [
        f"{_relative(file)}:{node.lineno}: {alias.name}"
        for file in PACKAGE_FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "flowkit"
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]

    assert offenders == []


def test_no_loose_ends() -> None:
    """
    No file is left with work marked as to be done.
    """
    # Spelt in two parts, since this file is among those that are searched.
    marks = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]))
    offenders = {_relative(file): marks.findall(file.read_text()) for file in PYTHON_FILES}

    assert {name: hits for name, hits in offenders.items() if hits} == {}


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="not a clone, or no git")
def test_git_sees_every_file_of_the_package() -> None:
    """
    `.gitignore` matches no file of the package: it would be missing from commits and wheels.
    """
    done = subprocess.run(
        ["git", "check-ignore", *map(_relative, PYTHON_FILES)],
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
        # In a worktree of git, `.git` is a file that names the folder of the repository.
        yield from (Path(folder, name) for name in files if name != ".git")


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
    offenders: dict[str, list[str]] = {}
    for file in _files_of_the_project():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not text
        # A port holds what the example holds with which it is compared.
        allowed = {"/tm" + "p/"} if "ports" in file.parts else set()
        if hits := [hit for hit in machine.findall(text) if hit not in allowed]:
            offenders[_relative(file)] = hits

    assert offenders == {}
