"""
`flowkit diff`, as a person and as a workflow calls it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from flowkit.report.json_patch import apply
from tests.cli.commands import run_flowkit
from tests.support import ROOT

STEPS = "def load(table: str) -> int:\n    return len(table)\n"
HEAD = "from flowkit import Pipeline, python\nfrom flowkit.airflow.dags import register\nfrom steps import load\n"
SALES = f"""{HEAD}
register(Pipeline("sales").task("load", python(load, "orders")).task("end"), Pipeline("other").task("t"))
"""
DAG_FILES = {"steps.py": STEPS, "sales.py": SALES}


def _run(*command: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    full = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(cwd / "home"), **env}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=cwd, env=full, timeout=120
    )


def _git(project: Path, *arguments: str) -> str:
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    done = _run("git", *who, *arguments, cwd=project)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _write(project: Path, name: str, text: str) -> None:
    (project / "dags" / name).write_text(text, encoding="utf-8")


@pytest.fixture
def project(project: Path) -> Path:
    """
    A project with one commit.
    """
    _git(project, "init", "-q", "-b", "main")
    _git(project, "add", ".")
    _git(project, "commit", "-qm", "first")
    return project


def test_nothing_changed(project: Path) -> None:
    """
    Comments, blank lines and moved lines are no changes.
    """
    _write(project, "steps.py", f"# Above.\n\n\n{STEPS.replace('return', '# why?' + chr(10) + '    return')}")
    done = run_flowkit("diff", cwd=project)

    assert done.stdout == "No changes: 2 unchanged. Before: HEAD; after: the working tree.\n"
    assert done.stderr == ""
    assert done.returncode == 0


def test_a_change_of_a_helper_shows_in_the_pipeline(project: Path) -> None:
    """
    Each revision is loaded with its own modules, though they have the same names.
    """
    _write(project, "steps.py", STEPS.replace("len(table)", "len(table) + 1"))
    done = run_flowkit("diff", cwd=project)

    assert done.stdout == (
        "~ sales\n    ~ task load\n        body of load: changed\n\n"
        "1 changed, 1 unchanged. Before: HEAD; after: the working tree.\n"
    )
    assert done.returncode == 1


def test_pipelines_come_and_go(project: Path) -> None:
    """
    With their size and schedule.
    """
    _write(project, "sales.py", SALES.replace('Pipeline("other")', 'Pipeline("new", schedule="@daily")'))
    done = run_flowkit("diff", cwd=project)

    assert "+ new  1 task, schedule @daily (0 0 * * *, UTC)\n" in done.stdout
    assert "- other  1 task, schedule none: it runs when it is triggered\n" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\x1b[1;32m+ new" in run_flowkit("diff", cwd=project, FORCE_COLOR="1").stdout
    assert done.returncode == 1


def test_the_working_tree_and_git_stay_as_they_are(project: Path) -> None:
    """
    What is staged, what is not, and what git keeps; no bytecode and no folder of flowkit's is left.
    """
    _write(project, "sales.py", SALES.replace("orders", "users"))
    _git(project, "add", ".")
    _write(project, "more.py", SALES.replace('"sales"', '"more"').replace('"other"', '"others"'))

    def state() -> dict[str, bytes]:
        files = [file for file in project.rglob("*") if file.is_file() and "home" not in file.parts]
        return {str(file): file.read_bytes() for file in files}

    before, status = state(), _git(project, "status", "--porcelain")
    before = state()
    assert run_flowkit("diff", cwd=project).returncode == 1
    assert state() == before
    assert _git(project, "status", "--porcelain") == status


def test_any_revision_and_any_path_will_do(project: Path) -> None:
    """
    From wherever the command is called; a path alone is compared with HEAD.
    """
    _write(project, "sales.py", SALES.replace("orders", "users"))
    _git(project, "commit", "-qam", "second")

    assert run_flowkit("diff", cwd=project).returncode == 0
    assert "argument 1: 'orders' → 'users'" in run_flowkit("diff", "main~1", cwd=project).stdout
    assert run_flowkit("diff", "main~1", "dags/sales.py", cwd=project).returncode == 1
    assert run_flowkit("diff", "main~1", "sales.py", cwd=project / "dags").returncode == 1
    assert run_flowkit("diff", "dags", cwd=project).returncode == 0


def test_quiet_says_it_by_the_exit_code(project: Path) -> None:
    """
    Nothing else.
    """
    assert run_flowkit("diff", "--quiet", cwd=project).returncode == 0
    _write(project, "sales.py", SALES.replace("orders", "users"))
    done = run_flowkit("diff", "--quiet", cwd=project)

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 1)


def test_a_broken_pipeline_cannot_be_compared(project: Path) -> None:
    """
    It is neither gone nor changed; the others are compared.
    """
    _write(project, "sales.py", SALES.replace('.task("end")', '.task("load")').replace('"t"', '"u"'))
    done = run_flowkit("diff", cwd=project)

    assert "- sales" not in done.stdout
    assert "~ other" in done.stdout
    assert (
        "In the working tree: dags/sales.py:5: FK101 Duplicate task id 'load' in the pipeline" in done.stdout
    )
    assert done.returncode == 2


def test_a_file_that_fails_takes_its_pipelines_out(project: Path) -> None:
    """
    Nobody knows what became of them.
    """
    _write(project, "sales.py", f"{SALES}\nraise ValueError('stop')\n")
    _write(project, "new.py", SALES.replace('"sales"', '"new"').replace('"other"', '"newer"'))
    done = run_flowkit("diff", cwd=project)

    assert "In the working tree: dags/sales.py:7: this file cannot be loaded" in done.stdout
    assert "ValueError: stop" in done.stdout
    assert "2 added, 0 unchanged." in done.stdout
    assert done.returncode == 2


def test_json_has_a_patch(project: Path) -> None:
    """
    Applied to the plan of the old revision it gives that of the new one.
    """
    old = json.loads(run_flowkit("show", "--all", "--format", "json", cwd=project).stdout)
    _write(project, "sales.py", SALES.replace("orders", "users").replace('"other"', '"new"'))
    new = json.loads(run_flowkit("show", "--all", "--format", "json", cwd=project).stdout)
    found = json.loads(run_flowkit("diff", "--format", "json", cwd=project).stdout)

    assert apply(old, found["patch"])["pipelines"] == new["pipelines"] != old["pipelines"]
    assert {name: one["kind"] for name, one in found["pipelines"].items()} == {
        "new": "added",
        "other": "removed",
        "sales": "changed",
    }
    assert found["broken"] == []


def test_markdown_is_printed(project: Path) -> None:
    """
    As a comment on a pull request.
    """
    _write(project, "sales.py", SALES.replace('"end"', '"fine"'))
    done = run_flowkit("diff", "HEAD", "--format", "markdown", cwd=project)

    assert done.stdout.startswith("### Pipelines\n")
    assert "```mermaid\n" in done.stdout
    assert done.returncode == 1


def test_a_kept_plan_takes_the_place_of_a_revision(project: Path) -> None:
    """
    Without git, also when the project has moved.
    """
    text = SALES.replace('Pipeline("sales")', 'Pipeline("sales", template_searchpath=__file__)')
    _write(project, "sales.py", text.replace('"orders"', '"orders", **{}'))
    plan = project / "plan.json"
    plan.write_text(run_flowkit("show", "--all", "--format", "json", cwd=project).stdout, encoding="utf-8")
    moved = project / "moved"
    moved.mkdir()
    for name in ("dags", "pyproject.toml", "plan.json"):
        (project / name).rename(moved / name)

    assert run_flowkit("diff", "--plan", "plan.json", cwd=moved).returncode == 0
    _write(moved, "steps.py", STEPS.replace("len(table)", "0"))
    done = run_flowkit("diff", "--plan", "plan.json", cwd=moved)
    assert "body of load: changed" in done.stdout
    assert "Before: plan.json; after: the working tree." in done.stdout


def test_a_changed_secret_is_not_shown(project: Path) -> None:
    """
    That it changed is, between two revisions.
    """
    text = SALES.replace('python(load, "orders")', 'python(load, "orders"), params={"api_token": "hunter2"}')
    _write(project, "sales.py", text)
    _git(project, "commit", "-qam", "second")
    _write(project, "sales.py", text.replace("hunter2", "hunter3"))

    for form in ("text", "markdown", "json"):
        done = run_flowkit("diff", "--format", form, cwd=project)
        assert "a hidden value changed" in done.stdout
        assert "hunter" not in done.stdout
        assert "digest" not in done.stdout
        assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mian",), "Unknown revision 'mian' in "),
        (("--output=x",), "Error: Unknown option '--output'"),
        (("HEAD", "no/such"), "No such file or folder"),
        (("--plan", "no.json"), "'no.json' does not contain a plan. Create one with: flowkit show --all"),
        (("--plan", "old.json"), "was created by an incompatible version of flowkit"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], message: str, project: Path) -> None:
    """
    With what to do.
    """
    (project / "old.json").write_text('{"flowkit_plan": 0, "pipelines": {}}', encoding="utf-8")
    done = run_flowkit("diff", *arguments, cwd=project)

    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


def test_outside_of_a_repository_a_plan_is_needed(tmp_path: Path) -> None:
    """
    The message says how to make one.
    """
    done = run_flowkit("diff", cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))

    assert "is not in a git repository" in done.stderr
    assert "flowkit show --all --format json > plan.json" in done.stderr
    assert done.returncode == 2


def test_the_nearest_revision_is_named(project: Path) -> None:
    """
    Of branches and tags.
    """
    assert "Did you mean 'main'?" in run_flowkit("diff", "mian", cwd=project).stderr
