"""
The tools that the corpus of mistakes is read by: type checkers, `flowkit check`, and Airflow's own parse.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tests.support import ROOT
from tests.typing import checkers
from tests.typing.checkers import OTHER_CHECKERS, OtherChecker

Kind: TypeAlias = Literal["pipelines", "plain"]
Tool: TypeAlias = (
    Literal[
        "pyright",
        "pyright with settings",
        "pyright with stubs",
        "mypy",
        "apache-airflow-mypy",
        "flowkit check",
        "parse",
    ]
    | OtherChecker
)
Found: TypeAlias = Mapping[Path, Sequence[str]]
"""What a tool says, by file."""


def mypy(folder: Path, cache: Path, plugins: str, *kinds: Kind) -> Found:
    """
    Return the errors of `mypy --strict` with *plugins*, over both copies of these kinds.
    """
    settings = folder / f"{plugins.split('.', maxsplit=1)[0]}.ini"
    settings.write_text(
        f"[mypy]\nstrict = True\npython_version = 3.10\nplugins = {plugins}\nexplicit_package_bases = True\n"
        # Kubernetes' client has no types of its own. Who writes pods by hand lives with that.
        "[mypy-kubernetes.*]\nignore_missing_imports = True\n",
        encoding="utf-8",
    )
    paths = [f"{copy}/{kind}" for copy in ("mistakes", "mended") for kind in kinds]
    options = ["--config-file", str(settings), "--cache-dir", str(cache), "--output", "json"]
    done = _run(folder, "mypy", *options, *paths)
    said = [json.loads(line) for line in done.stdout.splitlines()] if done.returncode in {0, 1} else []
    # What stops mypy is told of the settings, or of a file alone.
    if done.stderr or not said or any(one["file"] == str(settings) for one in said):
        raise RuntimeError(done.stdout + done.stderr)
    return _by_file((Path(one["file"]), one["message"]) for one in said if one["severity"] == "error")


def pyright(folder: Path) -> dict[Tool, Found]:
    """
    Return the errors of pyright over both copies: of its standard mode, of the rules that flowkit recommends, and of
    these with stubs.
    """
    settings = recommended_settings()
    bare = _pyright_errors(folder, [folder / "mistakes", folder / "mended"], "no-stubs")
    stubbed = [
        one for stubs, parts in projects(folder).items() for one in _pyright_errors(folder, parts, stubs.name)
    ]
    added = [one for one in bare if one.get("rule") in settings]
    return {
        "pyright": _of_pyright([one for one in bare if one not in added], folder),
        "pyright with settings": _of_pyright(added, folder),
        "pyright with stubs": _of_pyright(stubbed, folder),
    }


def _pyright_errors(folder: Path, include: Sequence[Path], stubs: str) -> list[dict[str, Any]]:
    own = {"include": [str(path.relative_to(folder)) for path in include], "stubPath": stubs}
    own |= {"extraPaths": [str(ROOT)], "pythonVersion": "3.10"}
    project = folder / "pyrightconfig.json"
    project.write_text(json.dumps({**recommended_settings(), **own}), encoding="utf-8")
    done = _run(folder, "pyright", "--outputjson", "--project", str(project), "--pythonpath", sys.executable)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stdout + done.stderr)
    return [one for one in json.loads(done.stdout)["generalDiagnostics"] if one["severity"] == "error"]


def _of_pyright(errors: Iterable[dict[str, Any]], folder: Path) -> Found:
    return _by_file((Path(one["file"]).relative_to(folder), one["message"]) for one in errors)


def projects(folder: Path) -> dict[Path, list[Path]]:
    """
    Return the folders of both copies that are checked with stubs, by the folder of the stubs.

    Hand-written operators take the options of tasks, too, so their stubs differ: they are a project of their own.
    """
    copies = (folder / copy / "pipelines" for copy in ("mistakes", "mended"))
    parts = [part for copy in copies for part in sorted(copy.iterdir())]
    return {
        folder / "typings": [part for part in parts if part.name != "native"],
        folder / "typings_native": [part for part in parts if part.name == "native"],
    }


def write_stubs(folder: Path) -> None:
    """
    Write the stubs of the operators of the corpus, as they are in a project before a mistake is made.
    """
    for stubs, parts in projects(folder).items():
        right = [str(part) for part in parts if folder / "mended" in part.parents]
        done = _run(folder, "flowkit", "stubs", "--output", str(stubs), *right)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)


def recommended_settings() -> dict[str, Any]:
    """
    Return the settings for pyright that `docs/type-checkers.md` recommends: none of its rules is an error without.
    """
    page = (ROOT / "docs" / "type-checkers.md").read_text(encoding="utf-8")
    lines = page.partition("[tool.pyright]\n")[2].partition("```")[0].splitlines()
    # Python 3.10 cannot read TOML. Each value of this block is one of JSON's, too.
    return {name: json.loads(value) for name, _, value in (line.partition(" = ") for line in lines if line)}


def flowkit_check(folder: Path) -> Found:
    """
    Return the problems and warnings of `flowkit check`, over each copy.
    """
    found: list[tuple[Path, str]] = []
    for copy in ("mistakes", "mended"):
        done = _run(folder, "flowkit", "check", "--format", "json", f"{copy}/pipelines")
        if done.returncode not in {0, 1}:
            raise RuntimeError(done.stdout + done.stderr)
        for one in json.loads(done.stdout)["problems"]:
            file = (folder / one["file"]).resolve().relative_to(folder)
            # How long a file takes to load says something of this machine only.
            if one["code"] != "FK510":
                found.append((file, f"{one['code']} {one['message']}"))
    return _by_file(found)


def parse(folder: Path) -> Found:
    """
    Return what Airflow's own parse says of each file of both copies: its import errors, and those of storing.
    """
    with tempfile.TemporaryDirectory() as home:
        done = _run(folder, "tests.typing.parsing", str(folder), AIRFLOW_HOME=home)
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    said = json.loads(done.stdout.splitlines()[-1])
    return _by_file((Path(file), message) for file, message in said)


def other_checkers(
    folder: Path, further: Sequence[Path] = (), search: Sequence[Path] = ()
) -> dict[OtherChecker, list[checkers.Error]]:
    """
    Return the errors of those of the other checkers that are installed, over both copies.

    Args:
        folder: The copies, and the stubs.

        further: Files and folders to check besides, without stubs.

        search: Folders of modules that these import.
    """
    plain = [folder / copy / "plain" for copy in ("mistakes", "mended")]
    runs = [checkers.Files(parts, search, stubs) for stubs, parts in projects(folder).items()]
    runs.append(checkers.Files([*plain, *further], search))
    found: dict[OtherChecker, list[checkers.Error]] = {}
    for checker in filter(checkers.is_installed, OTHER_CHECKERS):
        found[checker] = []
        for files in runs:
            with tempfile.TemporaryDirectory() as settings:
                found[checker] += checkers.errors(checker, files, Path(settings).resolve())
    return found


def of_copies(errors: Iterable[checkers.Error], folder: Path) -> Found:
    """
    Return those of the errors that are in the copies of the corpus in *folder*.
    """
    return _by_file(
        (error.file.relative_to(folder), error.message)
        for error in errors
        if error.file.is_relative_to(folder)
    )


def _run(folder: Path, module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(ROOT), "PYTHONPATH": str(ROOT), **variables},
    )


def _by_file(said: Iterable[tuple[Path, str]]) -> Found:
    found: dict[Path, list[str]] = {}
    for file, message in said:
        # A file that belongs to another one speaks for it.
        found.setdefault(file.with_name(file.name.removeprefix("_")), []).append(message)
    return found
