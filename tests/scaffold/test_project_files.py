"""
The files of a new project, as they are written.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from flowkit.scaffold.project_files import FILES, contents, missing_text
from flowkit.scaffold.project_names import ProjectNames
from flowkit.scaffold.writer import write
from tests.support import ROOT

NAMES = ProjectNames("shop", "shop", python="3.12", airflow="3.3.2", flowkit="0.1.0")
TEXTS = contents(NAMES)
PATHS = [path.replace("{{ package }}", "shop") for path in FILES]


def test_all_templates_are_rendered() -> None:
    """
    Every variable is replaced; the only braces left are those of Airflow and GitHub.
    """
    assert list(TEXTS) == PATHS
    braces = {path: text.count("{{") for path, text in TEXTS.items() if "{{" in text}
    assert braces == {"dags/sales.py": 1, ".github/workflows/pipelines.yml": 7}
    assert [path for path, text in TEXTS.items() if "{%" in text] == []
    for path, text in TEXTS.items():
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
    lines = TEXTS["pyproject.toml"].splitlines()
    assert [line for line in settings if line not in lines] == ['include = ["dags"]']


def test_missing_gitignore_lines(tmp_path: Path) -> None:
    """
    Existing lines are not repeated. Only `.gitignore` and `pyproject.toml` are compared.
    """
    (tmp_path / ".gitignore").write_text("/site\n__pycache__/\n.venv/\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("Mine", encoding="utf-8")
    (tmp_path / "pyproject.toml").mkdir()
    kept = {file.path: missing_text(file) for file in write(TEXTS, tmp_path) if file.outcome == "kept"}
    assert kept["README.md"] == kept["pyproject.toml"] == ""
    assert kept[".gitignore"].split() == [
        ".flowkit/", "typings/*", "!typings/README.md", "*.egg-info/", "build/", ".mypy_cache/",
        ".pytest_cache/", ".ruff_cache/",
    ]  # fmt: skip


def test_the_documentation_has_each_file() -> None:
    """
    The table of the page tells what each is for, and of no other.
    """
    page = (ROOT / "docs" / "init.md").read_text(encoding="utf-8")
    table = page.partition("## What it writes\n")[2].partition("\n\nThe package")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    told = [path for cell in cells for path in re.findall(r"`([^`]+)`", cell)]
    assert told == PATHS
