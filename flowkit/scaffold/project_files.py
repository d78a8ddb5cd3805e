"""
The files of a new project: made of templates, written where nothing stands yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, final

import attrs

from flowkit.scaffold.project_names import Names

_TEMPLATES: Final = Path(__file__).parent / "project"
# Each ends in `.in`: no tool takes them for files of flowkit itself.
FILES: Final[Mapping[str, str]] = {
    "README.md": "README.md",
    "pyproject.toml": "pyproject.toml",
    "dags/sales.py": "sales.py",
    "dags/<<package>>/__init__.py": "package.py",
    "dags/<<package>>/orders.py": "orders.py",
    "dags/.airflowignore": "airflowignore",
    "tests/test_pipelines.py": "test_pipelines.py",
    ".github/workflows/pipelines.yml": "workflow.yml",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".vscode/settings.json": "settings.json",
    ".vscode/extensions.json": "extensions.json",
    ".devcontainer/devcontainer.json": "devcontainer.json",
    ".gitignore": "gitignore",
}
"""By path from the root of the project: the template of each file, without its `.in`."""

_VALUE: Final = re.compile("<<([a-z]+)>>")
_TABLE: Final = re.compile(r"^(?=\[)", re.MULTILINE)
_KEY: Final = re.compile(r"^([\w-]+|\"[^\"]+\") *=", re.MULTILINE)


@final
@attrs.frozen
class Written:
    """
    What became of one file.
    """

    path: str
    """From the root of the project."""

    outcome: Literal["written", "kept", "unchanged", "failed"]
    """`kept`: a file stands there that says something else; `unchanged`: it says the same."""

    missing: str = ""
    """What a file that was kept lacks, where that can be said."""

    reason: str = ""
    """Why it cannot be written."""


def contents(names: Names) -> dict[str, str]:
    """
    Return the text of each file, by its path from the root of the project.
    """
    return {
        _filled(path, names): _filled((_TEMPLATES / f"{template}.in").read_text(encoding="utf-8"), names)
        for path, template in FILES.items()
    }


def write(names: Names, root: Path) -> list[Written]:
    """
    Write the files below *root*, and return what became of each. No file that is there is touched.
    """
    return [_write(root, path, text) for path, text in contents(names).items()]


def _filled(text: str, names: Names) -> str:
    values = attrs.asdict(names)
    return _VALUE.sub(lambda found: str(values[found[1]]), text)


def _write(root: Path, path: str, text: str) -> Written:
    file = root / path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Fails if something is there, be it a link that leads nowhere.
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError as error:
        if error.filename == str(file):
            return _kept(file, path, text)
        return Written(path, "failed", reason=f"{error.filename} is no folder")
    except OSError as error:
        return Written(path, "failed", reason=error.strerror or str(error))
    return Written(path, "written")


def _kept(file: Path, path: str, text: str) -> Written:
    try:
        there = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Written(path, "kept")
    if there == text:
        return Written(path, "unchanged")
    return Written(path, "kept", missing=_lacks(path, there, text))


def _lacks(path: str, there: str, text: str) -> str:
    if path == ".gitignore":
        lines = there.splitlines()
        return "\n".join(line for line in text.splitlines() if line not in lines and not line.startswith("#"))
    return toml_lacks(there, text) if path == "pyproject.toml" else ""


def toml_lacks(there: str, wanted: str) -> str:
    """
    Return what the TOML *wanted* says and the TOML *there* does not: whole tables, or keys of tables.

    Both are taken by their lines. A key that is there counts, whatever its value; only what a project depends on is
    looked at more closely.
    """
    had = dict(_tables(there))
    lacking = []
    for header, body in _tables(wanted):
        if header == "[build-system]" and "[project]" in had:
            continue
        present = had.get(header, "")
        entries = [
            entry
            for entry in _entries(body)
            if not _has(present, entry) or (entry.startswith("dependencies") and "flowkit" not in present)
        ]
        if header == "[project]" and present:
            entries = [entry for entry in entries if entry.startswith("dependencies")]
        if entries:
            lacking.append("\n".join([header, *entries]))
    return "\n\n".join(lacking)


def _tables(text: str) -> list[tuple[str, str]]:
    parts = [part.partition("\n") for part in _TABLE.split(text) if part.startswith("[")]
    return [(head.partition("#")[0].strip(), body) for head, _, body in parts]


def _entries(body: str) -> list[str]:
    starts = [found.start() for found in _KEY.finditer(body)]
    # Comments stand at the ends of lines, or above a key; those above one are not repeated.
    parts = [body[start:end] for start, end in zip(starts, [*starts[1:], len(body)], strict=True)]
    return [
        "\n".join(line for line in part.splitlines() if line and not line.startswith("#")) for part in parts
    ]


def _has(body: str, entry: str) -> bool:
    found = _KEY.match(entry)
    return found is not None and found[1] in {there[1] for there in _KEY.finditer(body)}
