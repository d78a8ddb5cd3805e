"""
What the documentation says of continuous integration: its files are read, and their commands run.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from flowkit.cli.main import main
from tests.support import ROOT

load_yaml: Callable[[str], Any] = import_module("yaml").safe_load

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
WORKFLOW, HOOK, LOCAL = map(load_yaml, re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = {step["name"]: step["run"] for step in WORKFLOW["jobs"]["pipelines"]["steps"] if "name" in step}
(OWN,) = load_yaml((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

GOOD = """from __future__ import annotations

from flowkit import Pipeline, task
from flowkit.airflow.dags import register

register(Pipeline("sales").then(task("fetch", {option}=3)))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """
    A project with one pipeline.
    """
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "sales.py").write_text(GOOD.format(option="retries"), encoding="utf-8")
    settings = f'[tool.mypy]\nplugins = ["flowkit.mypy"]\nmypy_path = ["{ROOT}"]\n'
    (tmp_path / "pyproject.toml").write_text(
        f'{settings}[tool.pyright]\nextraPaths = ["{ROOT}"]\n', encoding="utf-8"
    )
    return tmp_path


def _run(command: str, project: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "MYPY_CACHE_DIR": str(cache),
    }
    return subprocess.run(
        shlex.split(command), cwd=project, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def cache(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A cache for mypy, shared with `tests/cli/test_init.py`: see `ONE_WORKER` in `tests/conftest.py`.
    """
    kept = getattr(pytestconfig, "cache", None)
    return Path(kept.mkdir("flowkit-ci")) if kept else tmp_path_factory.mktemp("mypy")


def test_the_workflow_runs_all_tools() -> None:
    """flowkit check, mypy and pyright, each in a step of its own, which the failure of another one does not skip."""
    steps = WORKFLOW["jobs"]["pipelines"]["steps"]

    assert list(COMMANDS) == ["flowkit check", "mypy", "pyright"]
    assert [step.get("if") for step in steps if "name" in step][1:] == ["success() || failure()"] * 2
    # YAML takes the word `on` for a truth value.
    assert set(WORKFLOW[True]) == {"push", "pull_request"}


@pytest.mark.e2e
@pytest.mark.parametrize("tool", COMMANDS)
def test_commands_of_the_workflow(tool: str, project: Path, cache: Path) -> None:
    """Each exits with 0 where all is well, and with 1 where an option is misspelt."""
    done = _run(COMMANDS[tool], project, cache)
    assert done.returncode == 0, done.stdout + done.stderr

    (project / "dags" / "sales.py").write_text(GOOD.format(option="retires"), encoding="utf-8")
    done = _run(COMMANDS[tool], project, cache)
    assert done.returncode == 1
    assert "retires" in done.stdout


def test_annotations_stand_at_their_line(project: Path, cache: Path) -> None:
    """GitHub shows a problem at the line that caused it, with its code as the title."""
    (project / "dags" / "sales.py").write_text(GOOD.format(option="retires"), encoding="utf-8")
    done = _run(COMMANDS["flowkit check"], project, cache)

    assert "::error file=dags/sales.py,line=6" in done.stdout
    assert "FK005" in done.stdout


@pytest.mark.parametrize("hook", [{**OWN, **HOOK["repos"][0]["hooks"][0]}, LOCAL["repos"][0]["hooks"][0]])
def test_hooks_run(hook: dict[str, Any], project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command of each hook is one that flowkit has, and its files are those of the DAG folder."""
    monkeypatch.chdir(project)
    entry: str = hook["entry"]
    given: list[str] = hook["args"]
    program, *arguments = [*entry.split(), *given]

    assert program == "flowkit"
    assert main(arguments) == 0
    assert hook["pass_filenames"] is False
    assert re.search(hook["files"], "dags/sales.py")
    assert not re.search(hook["files"], "README.md")


def test_the_hook_has_what_pre_commit_asks_for() -> None:
    """An id, which the documentation names, a name, a command and a language."""
    assert {"id", "name", "entry", "language"} <= set(OWN)
    assert OWN["id"] == HOOK["repos"][0]["hooks"][0]["id"]
    assert OWN["language"] == "python"
