"""
The files of a new project, as they are written.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flowkit.scaffold.project_files import FILES, Written, contents, toml_lacks, write
from flowkit.scaffold.project_names import Names
from tests.support import ROOT

NAMES = Names("shop", "shop", python="3.12", airflow="3.3.2", flowkit="0.1.0")
PATHS = [path.replace("<<package>>", "shop") for path in FILES]


def _outcomes(files: list[Written]) -> dict[str, str]:
    return {file.path: file.outcome for file in files if file.outcome != "written"}


def test_each_template_has_its_file() -> None:
    """
    No template lies there for nothing, and each ends in `.in`, so that no tool takes it for a file of flowkit's.
    """
    folder = ROOT / "flowkit" / "scaffold" / "project"
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{name}.in" for name in FILES.values())


def test_all_values_are_filled_in() -> None:
    """
    Nothing of the templates' own marks is left.
    """
    made = contents(NAMES)
    assert list(made) == PATHS
    assert [path for path, text in made.items() if "<<" in text or ">>" in text.replace(">> ", "")] == []
    for path, text in made.items():
        assert text.endswith("\n"), path
        if path.endswith(".json"):
            assert json.loads(text)


def test_pyright_is_set_as_the_documentation_says() -> None:
    """
    Each setting of the page stands in the project.
    """
    page = (ROOT / "docs" / "type-checkers.md").read_text(encoding="utf-8")
    settings = page.partition("[tool.pyright]\n")[2].partition("```")[0].splitlines()
    assert len(settings) > 3
    lines = contents(NAMES)["pyproject.toml"].splitlines()
    assert [line for line in settings if line not in lines] == ['include = ["dags"]']


def test_files_are_written_once(tmp_path: Path) -> None:
    """
    The second time nothing is touched, as everything says what it should.
    """
    assert _outcomes(write(NAMES, tmp_path / "new" / "shop")) == {}
    assert _outcomes(write(NAMES, tmp_path / "new" / "shop")) == dict.fromkeys(PATHS, "unchanged")


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    """
    Be it another text, no text at all, a folder, or a link that leads nowhere; the rest is written.
    """
    (tmp_path / "README.md").write_text("Mine", encoding="utf-8")
    (tmp_path / ".gitignore").write_bytes(b"\xff\xfe")
    (tmp_path / "pyproject.toml").mkdir()
    (tmp_path / ".pre-commit-config.yaml").symlink_to(tmp_path / "nowhere")

    assert _outcomes(write(NAMES, tmp_path)) == dict.fromkeys(
        ["README.md", "pyproject.toml", ".pre-commit-config.yaml", ".gitignore"], "kept"
    )
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "Mine"
    assert (tmp_path / ".gitignore").read_bytes() == b"\xff\xfe"
    assert list((tmp_path / "pyproject.toml").iterdir()) == []
    assert not (tmp_path / "nowhere").exists()
    assert (tmp_path / "dags" / "sales.py").exists()


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    """
    Only what would lie in it is not written.
    """
    (tmp_path / "tests").touch()
    (failed,) = [file for file in write(NAMES, tmp_path) if file.outcome != "written"]
    assert failed == Written("tests/test_pipelines.py", "failed", reason=f"{tmp_path / 'tests'} is no folder")


def test_what_gitignore_lacks(tmp_path: Path) -> None:
    """
    Lines that are there are not named again.
    """
    (tmp_path / ".gitignore").write_text("/site\n__pycache__/\n.venv/\n", encoding="utf-8")
    (kept,) = [file for file in write(NAMES, tmp_path) if file.outcome == "kept"]
    assert kept.missing.split() == [
        ".flowkit/", "*.egg-info/", "build/", ".mypy_cache/", ".pytest_cache/", ".ruff_cache/",
    ]  # fmt: skip


WANTED = """
[build-system]
requires = ["setuptools"]

[project]
name = "shop"
dependencies = [
    "airflow-flowkit",
    "apache-airflow==3.3.2", # in production
]

[tool.mypy]
strict = true
plugins = ["flowkit.mypy"]

[tool.ruff.lint] # rules
select = ["ALL"]
"""


@pytest.mark.parametrize(
    ("there", "lacking"),
    [
        (WANTED, ""),
        ("", WANTED.strip().replace(" # rules", "")),
        (
            '[project]\nname = "mine"\ndependencies = ["requests"]\n[tool.mypy]\nstrict = false\n',
            '[project]\ndependencies = [\n    "airflow-flowkit",\n    "apache-airflow==3.3.2", # in production\n]\n\n'
            '[tool.mypy]\nplugins = ["flowkit.mypy"]\n\n[tool.ruff.lint]\nselect = ["ALL"]',
        ),
        (
            '[project]\nversion = "1"\ndependencies = ["airflow-flowkit>=0.1"]\n\n[tool.ruff.lint]\nselect = ["E"]\n',
            '[tool.mypy]\nstrict = true\nplugins = ["flowkit.mypy"]',
        ),
    ],
)
def test_what_a_pyproject_lacks(there: str, lacking: str) -> None:
    """
    Tables and keys that are there are the user's own; what a project is called and how it is built, too.
    """
    assert toml_lacks(there, WANTED) == lacking


def test_the_documentation_has_each_file() -> None:
    """
    The table of the page tells what each is for, and of no other.
    """
    page = (ROOT / "docs" / "init.md").read_text(encoding="utf-8")
    table = page.partition("## What it writes\n")[2].partition("\n\nThe package")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    told = [path for cell in cells for path in re.findall(r"`([^`]+)`", cell)]
    assert told == PATHS
