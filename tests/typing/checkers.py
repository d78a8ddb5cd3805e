"""
The type checkers besides mypy and pyright: one run of each, over any files.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

import attrs

from tests.support import ROOT

OtherChecker: TypeAlias = Literal["basedpyright", "ty", "pyrefly", "zuban"]

OTHER_CHECKERS: Final[tuple[OtherChecker, ...]] = get_args(OtherChecker)
PYTHON_VERSION: Final = "3.10"

_BIN = Path(sys.executable).parent
_ZUBAN_ERROR = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+): error: (?P<message>.*)$", re.MULTILINE)
_TY_ERRORS = {"major", "critical", "blocker"}


@attrs.frozen
class Files:
    """
    What a checker reads.
    """

    checked: Sequence[Path]
    """Files and folders."""

    search: Sequence[Path] = ()
    """Folders of modules, besides flowkit's own and those of the environment."""

    stubs: Path | None = None
    """A folder of stubs. zuban does not get it: it would find nothing of a package but these."""


@attrs.frozen
class Error:
    """
    One error. Warnings and notes do not count.
    """

    file: Path
    line: int
    message: str


def is_installed(checker: OtherChecker) -> bool:
    """
    Return whether the environment of the tests has the checker.
    """
    return (_BIN / checker).exists()


def version(checker: OtherChecker | Literal["mypy", "pyright"]) -> str:
    """
    Return the version that is installed.
    """
    return importlib.metadata.version(checker)


def errors(checker: OtherChecker, files: Files, folder: Path) -> list[Error]:
    """
    Return the errors that a checker reports.

    Args:
        checker: The program.

        files: What it reads.

        folder: An empty folder for its settings; without these, it would take those of a project around it.

    Raises:
        RuntimeError: If it does not run.
    """
    return [attrs.evolve(error, file=error.file.resolve()) for error in _RUNS[checker](files, folder)]


def _basedpyright(files: Files, folder: Path) -> Iterator[Error]:
    settings = {
        # Without a mode, it is stricter than any of pyright's.
        "typeCheckingMode": "standard",
        "include": [os.path.relpath(path, folder) for path in files.checked],
        "exclude": [],
        "stubPath": str(files.stubs or "no-stubs"),
        "extraPaths": [str(path) for path in (*files.search, ROOT)],
        "pythonVersion": PYTHON_VERSION,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    output = _run("basedpyright", folder, "--outputjson", "--project", ".", "--pythonpath", sys.executable)
    for one in json.loads(output)["generalDiagnostics"]:
        if one["severity"] == "error":
            yield Error(Path(one["file"]), one["range"]["start"]["line"] + 1, one["message"])


def _ty(files: Files, folder: Path) -> Iterator[Error]:
    settings = folder / "ty.toml"
    settings.write_text(f'[environment]\npython-version = "{PYTHON_VERSION}"\n', encoding="utf-8")
    options = ["--config-file", str(settings), "--python", sys.executable, "--output-format", "gitlab"]
    for path in (*filter(None, [files.stubs]), *files.search, ROOT):
        options += ["--extra-search-path", str(path)]
    output = _run("ty", folder, "check", *options, *map(str, files.checked))
    for one in json.loads(output):
        if one["severity"] in _TY_ERRORS:
            place: dict[str, Any] = one["location"]
            yield Error(folder / place["path"], place["positions"]["begin"]["line"], one["description"])


def _pyrefly(files: Files, folder: Path) -> Iterator[Error]:
    settings = folder / "pyrefly.toml"
    settings.write_text(f'python-version = "{PYTHON_VERSION}"\n', encoding="utf-8")
    options = ["--config", str(settings), "--python-interpreter-path", sys.executable]
    options += ["--output-format", "json"]
    for path in (*filter(None, [files.stubs]), *files.search, ROOT):
        options += ["--search-path", str(path)]
    # With `--config`, it finds no files in folders.
    paths = [file for path in files.checked for file in (path.rglob("*.py") if path.is_dir() else [path])]
    output = _run("pyrefly", folder, "check", *options, *map(str, paths))
    for one in json.loads(output)["errors"]:
        if one["severity"] == "error":
            yield Error(folder / one["path"], one["line"], one["description"])


def _zuban(files: Files, folder: Path) -> Iterator[Error]:
    settings = folder / "zuban.ini"
    # Without the name of the section, it would look for another file.
    settings.write_text(f"[mypy]\npython_version = {PYTHON_VERSION}\n", encoding="utf-8")
    options = ["--config-file", str(settings), "--python-executable", sys.executable]
    for path in (*files.search, ROOT):
        options += ["--extra-search-path", str(path)]
    output = _run("zuban", folder, "check", *options, *map(str, files.checked))
    for found in _ZUBAN_ERROR.finditer(output):
        yield Error(folder / found["file"], int(found["line"]), found["message"])


_RUNS: Final[Mapping[OtherChecker, Callable[[Files, Path], Iterator[Error]]]] = {
    "basedpyright": _basedpyright,
    "ty": _ty,
    "pyrefly": _pyrefly,
    "zuban": _zuban,
}


def _run(checker: OtherChecker, folder: Path, *arguments: str) -> str:
    # Some read PYTHONPATH, others warn of it: the folders are in their arguments.
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "MYPYPATH"}}
    done = subprocess.run(
        [str(_BIN / checker), *arguments], capture_output=True, text=True, check=False, cwd=folder, env=clean
    )
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"{checker} exits with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout
