"""
Renders templates and writes the results without overwriting existing files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, final

import attrs

_TEMPLATES: Final = Path(__file__).parent / "templates"


@final
@attrs.frozen
class WrittenFile:
    """
    The outcome of writing one file.
    """

    path: str
    """Relative to the root folder."""

    text: str = attrs.field(repr=False)
    """The rendered text."""

    outcome: Literal["written", "replaced", "unchanged", "kept", "failed"]
    """`kept`: a file with different content exists; `unchanged`: a file with the same content exists."""

    existing: str | None = attrs.field(default=None, repr=False)
    """The text of a file that was kept; `None` if it cannot be read."""

    reason: str = ""
    """Why the file could not be written."""


def render(files: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """
    Return the text of each file by its path.

    Args:
        files: The template of each file, relative to `templates/` and without `.j2`, by path. Paths are templates too.

        values: The variables of the templates. An undefined variable is an error.
    """
    # Imported here: most commands need no templates.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # The files are not HTML. Templates of YAML and shell files quote user input as JSON.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return {
        environment.from_string(path).render(values): environment.get_template(f"{name}.j2").render(values)
        for path, name in files.items()
    }


def write(texts: Mapping[str, str], root: Path, *, force: bool = False) -> list[WrittenFile]:
    """
    Write files below *root* and return the outcome of each.

    Args:
        texts: The text of each file, by its path relative to *root*.

        root: Created if it does not exist.

        force: Whether to replace files whose content differs.
    """
    return [_write(root, path, text, force=force) for path, text in texts.items()]


def _write(root: Path, path: str, text: str, *, force: bool) -> WrittenFile:
    file = root / path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Mode "x" fails if anything exists at the path, including a dangling symbolic link.
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError as error:
        if error.filename == str(file):
            return _write_existing(file, path, text, force=force)
        return WrittenFile(path, text, "failed", reason=f"{error.filename} is not a folder")
    except OSError as error:
        return WrittenFile(path, text, "failed", reason=error.strerror or str(error))
    return WrittenFile(path, text, "written")


def _write_existing(file: Path, path: str, text: str, *, force: bool) -> WrittenFile:
    try:
        existing = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        existing = None
    if existing == text:
        return WrittenFile(path, text, "unchanged")
    if not force:
        return WrittenFile(path, text, "kept", existing)
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        return WrittenFile(path, text, "failed", reason=error.strerror or str(error))
    return WrittenFile(path, text, "replaced")
