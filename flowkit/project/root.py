"""
Finds the root folder of a project.
"""

from __future__ import annotations

import os
from pathlib import Path

from flowkit.base.paths import exists, is_file


def project_root(path: Path) -> Path:
    """
    Return the root of the project that *path* belongs to: the nearest parent with a `pyproject.toml` or `.git`.

    If there is none below the user's home, it is the working folder.
    """
    start = Path(os.path.abspath(path))  # noqa: PTH100 - keep symbolic links
    for folder in (start, *start.parents):
        if folder == Path.home():
            break
        if is_file(folder / "pyproject.toml") or exists(folder / ".git"):
            return folder

    return Path.cwd()
