"""
The files of a deployment: made of templates, written beside what is there, never over it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, final

import attrs

from flowkit.base.airflow_versions import NEWEST
from flowkit.scaffold.recipe import CHART, CONNECTION, SECRET, Recipe

_TEMPLATES: Final = Path(__file__).parent / "deployment"
FILES: Final[Mapping[str, str]] = {
    "deploy/values.yaml": "values.yaml.j2",
    "deploy/pod-template.yaml": "pod-template.yaml.j2",
    "deploy/Dockerfile": "Dockerfile.j2",
    "deploy/Dockerfile.dockerignore": "dockerignore.j2",
}
"""By path from the root of the user's repository: the template of each file."""


@final
@attrs.frozen
class Written:
    """
    What became of one file.
    """

    path: Path
    outcome: Literal["written", "unchanged", "replaced", "kept"]
    """`kept`: another file stands there, and nobody said that it may go."""

    difference: str = ""
    """What would change in a file that was kept, as a unified diff."""


def contents(recipe: Recipe) -> dict[str, str]:
    """
    Return the text of each file, by its path from the root of the user's repository.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # The files are YAML and shell, and hold no HTML; texts of the user's are written as JSON, which both read.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    known = {"recipe": recipe, "airflow": NEWEST, "chart": CHART, "connection": CONNECTION, "secret": SECRET}
    return {path: environment.get_template(name).render(known) for path, name in FILES.items()}


def write(recipe: Recipe, root: Path, *, force: bool = False) -> list[Written]:
    """
    Write the files of *recipe* below *root*, and return what became of each.

    Args:
        recipe: What to write.

        root: The root of the user's repository.

        force: Whether files that are there with another text are replaced.
    """
    return [_write(root / path, text, force=force) for path, text in contents(recipe).items()]


def _write(path: Path, text: str, *, force: bool) -> Written:
    before = path.read_text(encoding="utf-8") if path.exists() else None
    if before == text:
        return Written(path, "unchanged")
    if before is not None and not force:
        lines = difflib.unified_diff(
            before.splitlines(keepends=True), text.splitlines(keepends=True), str(path), f"{path} (new)"
        )
        return Written(path, "kept", "".join(lines))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Written(path, "written" if before is None else "replaced")
