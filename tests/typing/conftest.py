"""
One run of each type checker over the typing tests, good uses and mistakes together.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT
from tests.typing.cases import FOLDER, Checker, Finding

# The corpus has a test of its own.
_FILES = sorted(file for file in FOLDER.rglob("*.py") if "corpus" not in file.relative_to(FOLDER).parts)


@pytest.fixture(scope="session")
def findings(mypy_findings: list[Finding], pyright_findings: list[Finding]) -> dict[Checker, list[Finding]]:
    """
    Every error that each checker reports in this folder.
    """
    return {"mypy": mypy_findings, "pyright": pyright_findings}


@pytest.fixture(scope="session")
def mypy_findings(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """
    The errors of `mypy --strict`. The first run reads Airflow, and takes a minute; others take seconds.
    """
    # A cache of its own: mypy must not meet another one that runs over the project at the same time.
    kept = getattr(pytestconfig, "cache", None)
    cache = kept.mkdir("flowkit-mypy") if kept else tmp_path_factory.mktemp("mypy")
    done = _run("mypy", "--strict", "--output", "json", "--cache-dir", str(cache), *map(str, _FILES))
    assert done.returncode in {0, 1}, done.stdout + done.stderr

    found: list[Finding] = []
    for line in done.stdout.splitlines():
        said: dict[str, Any] = json.loads(line)
        message = "\n".join(filter(None, [said["message"], said["hint"]]))
        if said["severity"] == "error":
            found.append(Finding(_shown(said["file"]), said["line"], message))
        elif found:
            # A note without an error of its own explains the last one.
            last = found.pop()
            found.append(Finding(last.file, last.line, f"{last.message}\n{message}"))
    return found


@pytest.fixture(scope="session")
def pyright_findings(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """
    The errors of pyright, in the mode that the project itself is checked in.
    """
    # pyright leaves out what the project's own configuration excludes, even when it is named on the command line.
    folder = tmp_path_factory.mktemp("pyright")
    config = {
        "include": [os.path.relpath(FOLDER, folder.resolve())],
        "exclude": [os.path.relpath(FOLDER / "mistakes" / "corpus", folder.resolve())],
        "extraPaths": [str(ROOT)],
        "pythonVersion": "3.10",
        "typeCheckingMode": "standard",
    }
    project = folder / "pyrightconfig.json"
    project.write_text(json.dumps(config), encoding="utf-8")
    done = _run("pyright", "--outputjson", "--project", str(project), "--pythonpath", sys.executable)
    assert done.returncode in {0, 1}, done.stdout + done.stderr

    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(_FILES)
    return [
        Finding(_shown(said["file"]), said["range"]["start"]["line"] + 1, said["message"])
        for said in report["generalDiagnostics"]
        if said["severity"] == "error"
    ]


def _run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )


def _shown(file: str) -> str:
    # mypy names files from the working folder, pyright from the root of the file system.
    path = ROOT / file
    return path.relative_to(FOLDER).as_posix() if path.is_relative_to(FOLDER) else str(path)


@pytest.fixture(scope="session")
def good_files() -> list[Path]:
    """
    The files that hold good uses, with what these use.
    """
    return [file for file in _FILES if file.parent == FOLDER]
