"""
`flowkit recipe`, as a person calls it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import run_flowkit


def test_files_are_written_once_and_never_over_others(tmp_path: Path) -> None:
    """
    The second time they are unchanged; one that was edited is kept, with the difference shown and exit code 1.
    """
    (tmp_path / "requirements.txt").touch()
    repo = "https://git.example.com/data/pipelines.git"

    done = run_flowkit("recipe", repo, "--subdir", "etl/dags/", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "deploy/values.yaml: written",
        "deploy/pod-template.yaml: written",
        "deploy/Dockerfile: written",
        "deploy/Dockerfile.dockerignore: written",
        "Next: follow the comments at the top of deploy/values.yaml.",
    ]
    values = tmp_path / "deploy" / "values.yaml"
    assert 'subdir: "etl/dags"' in values.read_text(encoding="utf-8")
    assert "COPY requirements.txt" in (tmp_path / "deploy" / "Dockerfile").read_text(encoding="utf-8")

    values.write_text("mine: true\n", encoding="utf-8")
    again = run_flowkit("recipe", repo, "--subdir", "etl/dags", cwd=tmp_path)
    assert again.returncode == 1
    assert "deploy/values.yaml: kept" in again.stdout
    assert "-mine: true" in again.stdout
    assert "deploy/Dockerfile: unchanged" in again.stdout
    assert again.stderr == "Error: Existing files were kept. Use --force to overwrite them.\n"
    assert values.read_text(encoding="utf-8") == "mine: true\n"

    assert run_flowkit("recipe", repo, "--force", cwd=tmp_path).returncode == 0
    assert values.read_text(encoding="utf-8") != "mine: true\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["pipelines"], 1, "Error: Invalid repository address."),
        (["https://x/y", "--executor", "LocalExecutor"], 2, "not 'LocalExecutor'."),
        ([], 2, "Error: The following arguments are required: REPO. "),
    ],
)
def test_wrong_arguments_write_nothing(arguments: list[str], code: int, message: str, tmp_path: Path) -> None:
    """
    A message and an exit code, no traceback, no file.
    """
    done = run_flowkit("recipe", *arguments, cwd=tmp_path)

    assert done.returncode == code
    assert message in done.stderr
    assert not (tmp_path / "deploy").exists()
