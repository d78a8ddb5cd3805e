"""
`flowkit init`, as a person calls it, and the project that it makes.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from flowkit.cli.main import main
from tests.support import ROOT

load_yaml: Callable[[str], Any] = import_module("yaml").safe_load

SCRIPTS = sysconfig.get_path("scripts")
STEPS = ("flowkit stubs", "flowkit check", "mypy", "pyright", "ruff", "pytest")


def _run(
    command: str, cwd: Path, cache: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """
    Run a line of shell in a project, with the tools of this environment.
    """
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([SCRIPTS, os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
        "RUFF_NO_CACHE": "true",
        "MYPY_CACHE_DIR": str(cache or os.devnull),
        **variables,
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _init(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return _run(shlex.join([sys.executable, "-m", "flowkit", "init", *arguments]), cwd)


@pytest.fixture(scope="module")
def cache(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A cache for mypy, the one of `tests/test_ci.py`: reading the types of Airflow takes half a minute.
    """
    kept = getattr(pytestconfig, "cache", None)
    return Path(kept.mkdir("flowkit-ci")) if kept else tmp_path_factory.mktemp("mypy")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A project that was made in an empty folder, and is under git.
    """
    folder = tmp_path_factory.mktemp("projects")
    assert _init("shop", cwd=folder).returncode == 0
    _git(folder / "shop", "init", "-q", "-b", "main")
    _git(folder / "shop", "commit", "-q", "--allow-empty", "-m", "before")
    _git(folder / "shop", "add", ".")
    _git(folder / "shop", "commit", "-q", "-m", "the project")
    return folder / "shop"


def _git(cwd: Path, *words: str) -> str:
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(["git", *who, *words], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout


def _jobs(project: Path) -> dict[str, Any]:
    text = (project / ".github" / "workflows" / "pipelines.yml").read_text(encoding="utf-8")
    jobs: dict[str, Any] = load_yaml(text)["jobs"]
    return jobs


def _steps(project: Path, job: str) -> dict[str, dict[str, Any]]:
    return {step["name"]: step for step in _jobs(project)[job]["steps"] if "name" in step}


def test_what_is_said(tmp_path: Path) -> None:
    """
    Each file with what became of it, and the next commands; the second time nothing changes.
    """
    done = _init("shop", "--name", "Shop-Pipelines", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "README.md                        written",
        "pyproject.toml                   written",
        "dags/sales.py                    written",
        "dags/shop_pipelines/__init__.py  written",
        "dags/shop_pipelines/orders.py    written",
        "dags/.airflowignore              written",
        "typings/README.md                written",
        "tests/test_pipelines.py          written",
        ".github/workflows/pipelines.yml  written",
        ".pre-commit-config.yaml          written",
        ".vscode/settings.json            written",
        ".vscode/extensions.json          written",
        ".devcontainer/devcontainer.json  written",
        ".gitignore                       written",
        "",
        "Next, in shop:",
        "",
        '    pip install -e ".[dev]"',
        "    flowkit stubs",
        "    flowkit check",
        "    flowkit dev",
        "",
        "flowkit recipe REPO writes the files for a deployment on Kubernetes.",
    ]

    again = _init("--name", "shop-pipelines", cwd=tmp_path / "shop")
    assert again.returncode == 0
    assert again.stdout == done.stdout.replace("written", "unchanged").replace("Next, in shop:", "Next:")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """
    A file that is there is kept and named, with what it lacks where that can be said; the rest is written.
    """
    (tmp_path / "README.md").write_text("Mine\n", encoding="utf-8")
    settings = '[project]\nname = "mine"\n\n[tool.mypy]\nstrict = true\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")

    done = _init(cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()[:14]]
    kept = [path for path, outcome in lines if outcome == "kept (already exists)"]
    assert kept == ["README.md", "pyproject.toml"]
    assert "Add to your pyproject.toml:\n\n    [project]\n    dependencies = [\n" in done.stdout
    assert '\n    [tool.mypy]\n    plugins = ["flowkit.mypy"]\n' in done.stdout
    assert "strict" not in done.stdout
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "Mine\n"
    assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") == settings
    assert (tmp_path / "dags" / "sales.py").exists()


def test_what_cannot_be_written(tmp_path: Path) -> None:
    """
    Exit code 1 for a file that cannot be written, 2 for a name or a folder that cannot be.
    """
    (tmp_path / "file").touch()
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "tests").touch()

    done = _init("shop", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "Error: Cannot write tests/test_pipelines.py: shop/tests is not a folder.\n"
    assert (tmp_path / "shop" / "README.md").exists()
    assert "Next" not in done.stdout

    done = _init("file", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "Error: 'file' is a file, not a folder.\n")
    done = _init("other", "--name", "an other", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: Invalid project name 'an other'")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("folder", "code", "message"),
    [
        ("link", 2, "'link' is a broken link, not a folder."),
        ("file/shop", 1, "Cannot create the folder 'file/shop': Not a directory."),
        ("s" * 300, 1, f"Cannot create the folder '{'s' * 300}': File name too long."),
    ],
)
def test_one_reason_is_told_once(folder: str, code: int, message: str, tmp_path: Path) -> None:
    """
    A folder that cannot be is one error, and not one for each of its files.
    """
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    done = _init(folder, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", f"Error: {message}\n")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "link"]


def test_a_folder_that_may_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    That is one error, too. The tests may be run by root, who may write everywhere.
    """
    real: Callable[..., Any] = Path.open

    def refuse(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if mode == "x":
            raise PermissionError(13, "Permission denied")
        return real(path, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", refuse)
    assert main(["init", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == (
        "",
        f"Error: Cannot write to '{tmp_path}': Permission denied.\n",
    )


def test_the_workflow_has_all_tools(project: Path) -> None:
    """
    Each in a step of its own, which the failure of another one does not skip.
    """
    steps = _steps(project, "checks")
    assert tuple(steps) == STEPS
    assert {step.get("if") for step in list(steps.values())[1:]} == {"success() || failure()"}


@pytest.mark.e2e
@pytest.mark.parametrize("step", STEPS)
def test_the_project_passes(step: str, project: Path, cache: Path) -> None:
    """
    What its workflow runs finds nothing.
    """
    done = _run(_steps(project, "checks")[step]["run"], project, cache)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.e2e
def test_the_project_passes_the_strictest_mypy(project: Path, cache: Path) -> None:
    """
    Also where the settings of the project did not say so.
    """
    done = _run("mypy --strict dags tests", project, cache)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.e2e
def test_the_checks_of_the_project_can_fail(project: Path, tmp_path: Path, cache: Path) -> None:
    """
    Data of a wrong type are found by mypy and pyright, and a misspelt option by flowkit check and the test.
    """
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    sales = tmp_path / "dags" / "sales.py"
    text = sales.read_text(encoding="utf-8")
    sales.write_text(
        text.replace("(by_product, orders.output)", "(by_product, shop.id)").replace(
            "retries=5", "retires=5"
        ),
        encoding="utf-8",
    )
    steps = _steps(tmp_path, "checks")
    found = {step: _run(steps[step]["run"], tmp_path, cache) for step in STEPS}
    codes = {step: done.returncode for step, done in found.items()}
    assert codes == {"flowkit stubs": 0, "flowkit check": 1, "mypy": 1, "pyright": 1, "ruff": 0, "pytest": 1}
    assert "by_product" in found["mypy"].stdout or "python" in found["mypy"].stdout
    assert "retires" in found["flowkit check"].stdout


# Stands for the program of GitHub: keeps what it was told, and says that there is a comment, or none.
GH = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in *--paginate*) echo "$THERE" ;; esac
"""


@pytest.mark.parametrize("there", ["", "17\n18"])
def test_the_workflow_writes_one_comment(there: str, project: Path, tmp_path: Path) -> None:
    """
    With what the change does to the pipelines; the next push rewrites it.
    """
    tool = tmp_path / "gh"
    tool.write_text(GH, encoding="utf-8")
    tool.chmod(0o755)
    shutil.copytree(project, tmp_path / "shop")
    variables = {
        "PATH": os.pathsep.join([str(tmp_path), SCRIPTS, os.environ["PATH"]]),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "CALLS": str(tmp_path / "calls"),
        "THERE": there,
        "COMMENTS": "repos/o/r/issues/1/comments",
        "COMMENT": "repos/o/r/issues/comments",
    }
    steps = _steps(project, "changes")
    for step in ("flowkit diff", "comment"):
        done = _run(steps[step]["run"], tmp_path / "shop", None, **variables)
        assert done.returncode == 0, done.stdout + done.stderr

    comment = (tmp_path / "shop" / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith("<!-- flowkit diff -->\n")
    assert "2 added, 0 unchanged." in comment
    assert "sales_market" in (tmp_path / "summary").read_text(encoding="utf-8")
    asked, wrote = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert asked.startswith("api --paginate repos/o/r/issues/1/comments --jq .[]")
    way = "PATCH repos/o/r/issues/comments/17" if there else "POST repos/o/r/issues/1/comments"
    assert wrote == f"api --silent --method {way} --field body=@comment.md"


def test_hooks_and_container_name_commands_that_there_are(project: Path) -> None:
    """
    Each hook runs a program of the environment; the dev container starts flowkit dev, and shows its port.
    """
    (repo,) = load_yaml((project / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    for hook in repo["hooks"]:
        assert shutil.which(hook["entry"].split()[0], path=SCRIPTS), hook["id"]
        assert hook["language"] == "system"

    container = load_yaml((project / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    (command,) = container["postAttachCommand"].values()
    with pytest.raises(SystemExit) as ended:
        main([*command.split()[1:], "--help"])
    assert ended.value.code == 0
    assert container["forwardPorts"] == [8080]


def test_git_takes_every_file(project: Path) -> None:
    """
    None is hidden by `.gitignore`, and what the tools leave behind is.
    """
    assert len(_git(project, "ls-files").splitlines()) == 14
    assert _git(project, "status", "--short") == ""
