"""
Stubs that do not fit the installed providers.
"""

from __future__ import annotations

from pathlib import Path

from flowkit.project.checking import check_files
from flowkit.project.stub_rules import stale_stub_problems
from flowkit.stubs.stub_folder import stub_files, write_stubs

MODULES = [f"airflow.providers.standard.operators.{name}" for name in ("bash", "empty")]


def _write(root: Path, before: str, after: str) -> None:
    (root / "pyproject.toml").touch()
    texts = stub_files(MODULES, {})
    write_stubs(
        root / "typings", {path: text.replace(before, after) for path, text in texts.items()}, complete=True
    )


def test_stubs_of_the_installed_versions(tmp_path: Path) -> None:
    """They are fine, and so is no folder of stubs."""
    (tmp_path / "pyproject.toml").touch()
    assert list(stale_stub_problems([tmp_path])) == []
    _write(tmp_path, "", "")
    assert list(stale_stub_problems([tmp_path])) == []


def test_another_version(tmp_path: Path) -> None:
    """One warning for each distribution, however many stubs are affected."""
    _write(tmp_path, "apache-airflow-providers-standard ", "apache-airflow-providers-standard 0.")

    problems = list(stale_stub_problems([tmp_path]))

    assert [problem.code for problem in problems] == ["FK523"]
    assert problems[0].is_warning
    assert (
        "This stub, and 1 more, were written for apache-airflow-providers-standard 0." in problems[0].message
    )
    assert problems[0].location is not None
    assert problems[0].location.file.endswith("bash.pyi")


def test_a_distribution_that_is_gone(tmp_path: Path) -> None:
    """The message says that it is not installed."""
    _write(tmp_path, "providers-standard ", "providers-gone ")

    assert "it is no longer installed" in next(stale_stub_problems([tmp_path])).message


def test_an_older_format(tmp_path: Path) -> None:
    """Stubs of another flowkit are out of date, too."""
    _write(tmp_path, "(format 1)", "(format 0)")

    assert "another version of flowkit" in next(stale_stub_problems([tmp_path])).message


def test_check_reports_it(tmp_path: Path) -> None:
    """`flowkit check` looks at the stubs of the project that the requested files belong to."""
    (tmp_path / "dags").mkdir()
    _write(tmp_path, "(format 1)", "(format 0)")

    findings = check_files([tmp_path / "dags"], lambda *_: None)

    assert [problem.code for problem in findings.problems] == ["FK523"]
    assert not findings.errors
