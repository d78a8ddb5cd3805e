"""
The files of a new project.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from flowkit.scaffold.missing_entries import missing_lines, missing_toml
from flowkit.scaffold.project_names import ProjectNames
from flowkit.scaffold.writer import WrittenFile, render

FILES: Final[Mapping[str, str]] = {
    "README.md": "project/README.md",
    "pyproject.toml": "project/pyproject.toml",
    "dags/sales.py": "project/sales.py",
    "dags/{{ package }}/__init__.py": "project/package.py",
    "dags/{{ package }}/orders.py": "project/orders.py",
    "dags/.airflowignore": "project/airflowignore",
    "typings/README.md": "project/typings.md",
    "tests/test_pipelines.py": "project/test_pipelines.py",
    ".github/workflows/pipelines.yml": "project/workflow.yml",
    ".pre-commit-config.yaml": "project/pre-commit-config.yaml",
    ".vscode/settings.json": "project/settings.json",
    ".vscode/extensions.json": "project/extensions.json",
    ".devcontainer/devcontainer.json": "project/devcontainer.json",
    ".gitignore": "project/gitignore",
}
"""The template of each file, by its path from the project root."""


def contents(names: ProjectNames) -> dict[str, str]:
    """
    Return the text of each file, by its path from the project root.
    """
    return render(FILES, attrs.asdict(names))


def missing_text(file: WrittenFile) -> str:
    """
    Return what an existing *file* lacks compared with the generated one; empty for formats that are not compared.
    """
    if file.existing is None:
        return ""
    if file.path == ".gitignore":
        return missing_lines(file.existing, file.text)
    return missing_toml(file.existing, file.text) if file.path == "pyproject.toml" else ""
