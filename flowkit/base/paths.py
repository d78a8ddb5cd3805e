"""
Questions about paths that always have an answer.

Those of `pathlib` raise for a name that is too long for the file system, or in a folder that may not be searched.
"""

from __future__ import annotations

import os
from pathlib import Path


def is_file(path: Path) -> bool:
    """
    Return whether *path* is a file, or a link to one.
    """
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """
    Return whether *path* is a folder, or a link to one.
    """
    return os.path.isdir(path)  # noqa: PTH112


def exists(path: Path) -> bool:
    """
    Return whether there is anything at *path*.
    """
    return os.path.exists(path)  # noqa: PTH110
