"""
The files of a recipe.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Final

from flowkit.base.airflow_versions import NEWEST
from flowkit.scaffold.recipe import CHART, CONNECTION, SECRET, Recipe
from flowkit.scaffold.writer import WrittenFile, render

FILES: Final[Mapping[str, str]] = {
    "deploy/values.yaml": "recipe/values.yaml",
    "deploy/pod-template.yaml": "recipe/pod-template.yaml",
    "deploy/Dockerfile": "recipe/Dockerfile",
    "deploy/Dockerfile.dockerignore": "recipe/dockerignore",
}
"""The template of each file, by its path from the root of the user's repository."""


def contents(recipe: Recipe) -> dict[str, str]:
    """
    Return the text of each file, by its path from the root of the user's repository.
    """
    constants = {"airflow": NEWEST, "chart": CHART, "connection": CONNECTION, "secret": SECRET}
    return render(FILES, {"recipe": recipe, **constants})


def difference(file: WrittenFile) -> str:
    """
    Return a unified diff from an existing *file* to the generated one.
    """
    before, after = (text.splitlines(keepends=True) for text in (file.existing or "", file.text))
    return "".join(difflib.unified_diff(before, after, file.path, f"{file.path} (new)"))
