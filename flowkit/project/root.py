"""
The root folder of the project that a path belongs to.
"""

from __future__ import annotations

import os
from pathlib import Path


def project_root(path: Path) -> Path:
    """
    Return the project that *path* belongs to: the nearest folder upwards with a `pyproject.toml` or `.git`.

    Without one it is the working folder, and so it is when only the user's home has one.
    """
    start = Path(os.path.abspath(path))  # noqa: PTH100 - links in the path stay as the user wrote them
    for folder in (start, *start.parents):
        if folder == Path.home():
            break
        if (folder / "pyproject.toml").is_file() or (folder / ".git").exists():
            return folder

    return Path.cwd()
