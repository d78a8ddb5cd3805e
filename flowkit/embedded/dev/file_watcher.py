"""
Says which files of a project were saved.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flowkit.project.root import project_root

if TYPE_CHECKING:
    from watchfiles import Change

# Saves that are as near to each other as this, in milliseconds, are one: an editor that saves all files, a checkout.
_TOGETHER: Final = 30
_PAUSE: Final = 100
_NEVER_READ: Final = {".db", ".log", ".pyc", ".sqlite", ".swp", ".tmp"}


def roots_of(folder: Path) -> list[Path]:
    """
    Return the folders on Python's path in which the project's own modules lie.

    They are *folder*, which comes first, and those of packages that are installed so that they can be edited.
    """
    top = project_root(folder)
    found = [folder]
    for entry in sys.path:
        path = Path(entry or ".").resolve()
        inside = path.is_dir() and path.is_relative_to(top.resolve())
        if (
            inside
            and "site-packages" not in path.parts
            and not path.is_relative_to(Path(sys.prefix).resolve())
        ):
            found.append(path)
    return list(dict.fromkeys(found))


def saves(roots: Sequence[Path]) -> Iterator[set[Path]]:
    """
    Yield the files that were saved, made or removed; an empty set some times a second when there were none.
    """
    from watchfiles import DefaultFilter, watch

    usual = DefaultFilter()

    def wanted(change: Change, path: str) -> bool:
        file = Path(path)
        below = [file.relative_to(root) for root in roots if file.is_relative_to(root)]
        hidden = all(any(part.startswith(".") for part in rest.parts[:-1]) for rest in below)
        return usual(change, path) and not hidden and file.suffix not in _NEVER_READ

    changes = watch(
        *_watched(roots),
        watch_filter=wanted,
        step=_TOGETHER,
        debounce=1000,
        rust_timeout=_PAUSE,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    for found in changes:
        yield {path for _, name in found if _counts(path := Path(name))}


def _counts(path: Path) -> bool:
    # Editors write beside a file, then put the new one in its place: what is gone already was never read.
    return path.suffix == ".py" or path.is_file()


def _watched(roots: Sequence[Path]) -> Iterator[Path]:
    """
    Yield what to watch: the DAG folder whole, of other folders the modules and packages only.

    Such a folder is often the project's own, with the virtual environment in it: ten thousand folders.
    """
    folder, *others = roots
    yield folder
    for root in others:
        for entry in root.iterdir():
            module = entry.suffix == ".py" if entry.is_file() else (entry / "__init__.py").is_file()
            if module and not folder.is_relative_to(entry) and not entry.is_relative_to(folder):
                yield entry
