"""
No false alarm: `flowkit check`, mypy with the plugin, and pyright with the settings that the documentation recommends
accept the example pipelines, Airflow's own examples as flowkit writes them, and the code of the documentation.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flowkit.cli.main import main
from tests.support import DAGS, ROOT
from tests.typing import documented
from tests.typing.corpus_tools import recommended_settings

PORTS = ROOT / "tests" / "parity" / "ports"

# A fragment of a page may show a call alone; in a file, nobody would take what it makes.
_LOST = re.compile("created here is never used|^The result of .* is discarded")

# What is wrong, and what each tool says of it.
_WRONG = """
from airflow.providers.standard.sensors.filesystem import FileSensor
from flowkit import operator, task
from flowkit.airflow.dags import register

first, second = task("first"), task("second", operator(FileSensor, filepath="a", poke_intervall=3))
first >> second
"""

_SETTINGS = """
[mypy]
strict = True
plugins = flowkit.mypy
explicit_package_bases = True
# The pages of the documentation speak of modules of the reader's; Airflow's own functions may lack types.
disable_error_code = import-not-found, no-untyped-call
# What is ignored there, mypy alone refuses.
warn_unused_ignores = False
[mypy-kubernetes.*]
ignore_missing_imports = True
"""


@pytest.mark.parametrize("folder", [DAGS, PORTS / "core", PORTS / "standard"], ids=lambda folder: folder.name)
@pytest.mark.filterwarnings("ignore")
def test_flowkit_check_finds_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There are no problems; a warning, as of a clock in an example of Airflow's, may be true."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    assert main(["check", str(folder)]) == 0
    assert "No problems" in capsys.readouterr().out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A folder with the code of the documentation, and a file that is wrong.
    """
    made = tmp_path_factory.mktemp("alarm").resolve()
    (made / "pages").mkdir()
    assert len(documented.write(made / "pages")) > 150
    (made / "wrong.py").write_text(_WRONG, encoding="utf-8")
    return made


@pytest.mark.e2e
def test_mypy_finds_nothing(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: Any
) -> None:
    """mypy with the plugin refuses the wrong file and no other."""
    kept = getattr(pytestconfig, "cache", None)
    cache = kept.mkdir("flowkit-alarm") if kept else tmp_path_factory.mktemp("mypy")
    settings = folder / "mypy.ini"
    settings.write_text(_SETTINGS, encoding="utf-8")
    options = ["--config-file", str(settings), "--cache-dir", str(cache), "--output", "json"]
    done = _run("mypy", *options, str(folder), str(DAGS), str(PORTS))
    said = [json.loads(line) for line in done.stdout.splitlines()] if done.returncode in {0, 1} else []
    assert said, done.stdout + done.stderr
    found = {
        (Path(one["file"]).name, one["line"], one["message"])
        for one in said
        if one["severity"] == "error" and not (_LOST.search(one["message"]) and "pages" in one["file"])
    }

    assert {file for file, _, _ in found} == {"wrong.py"}, found
    assert {line for _, line, _ in found} == {4, 6, 7}


@pytest.mark.e2e
def test_pyright_finds_nothing(folder: Path) -> None:
    """pyright with the recommended settings refuses the wrong file and no other."""
    settings = recommended_settings()
    locations = [folder, DAGS, PORTS]
    own = {
        "include": [os.path.relpath(location, folder) for location in locations],
        "exclude": [],
        "extraPaths": [str(ROOT), str(DAGS)],
        "pythonVersion": "3.10",
        # As with mypy.
        "reportMissingImports": "none",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps({**settings, **own}), encoding="utf-8")
    done = _run("pyright", "--outputjson", "--project", str(folder), "--pythonpath", sys.executable)
    assert done.returncode == 1, done.stdout + done.stderr
    report = json.loads(done.stdout)
    found = {
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1, one["message"])
        for one in report["generalDiagnostics"]
        # A page may show an import alone.
        if one["severity"] == "error"
        and not (one.get("rule") == "reportUnusedImport" and "pages" in one["file"])
    }

    assert report["summary"]["filesAnalyzed"] == sum(
        len(list(location.rglob("*.py"))) for location in locations
    )
    assert {file for file, _, _ in found} == {"wrong.py"}, found
    assert {line for _, line, _ in found} == {4, 7}


def test_flowkit_init_writes_the_recommended_settings() -> None:
    """What the documentation recommends is what a new project has."""
    template = (ROOT / "flowkit" / "scaffold" / "templates" / "project" / "pyproject.toml.j2").read_text(
        encoding="utf-8"
    )
    section = template.partition("[tool.pyright]\n")[2].partition("\n\n")[0].splitlines()
    settings = recommended_settings()

    assert len(settings) > 5
    assert [f'{name} = "{value}"' for name, value in settings.items() if name != "include"] == [
        line for line in section if line.startswith(("report", "typeCheckingMode"))
    ]


def _run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT), str(DAGS)])
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": paths},
    )
