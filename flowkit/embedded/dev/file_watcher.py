"""
Watches the files of a project for saves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flowkit.project.root import project_root

if TYPE_CHECKING:
    from watchfiles import Change

# Saves within this time form one batch, such as a checkout, or an editor's "save all".
_BATCH_MS: Final = 30
_POLL_INTERVAL_MS: Final = 100
_IGNORED_SUFFIXES: Final = {".db", ".log", ".pyc", ".sqlite", ".swp", ".tmp"}


def import_roots(folder: Path) -> list[Path]:
    """
    Return the folders on Python's path in which the project's own modules lie.

    They are *folder*, which comes first, and those of editable installs.
    """
    top = project_root(folder)
    roots = [folder]
    for entry in sys.path:
        path = Path(entry or ".").resolve()
        inside = path.is_dir() and path.is_relative_to(top.resolve())
        if (
            inside
            and "site-packages" not in path.parts
            and not path.is_relative_to(Path(sys.prefix).resolve())
        ):
            roots.append(path)
    return list(dict.fromkeys(roots))


def saves(roots: Sequence[Path]) -> Iterator[set[Path]]:
    """
    Yield the files that were saved, created or removed; an empty set several times a second if there were none.
    """
    from watchfiles import DefaultFilter, watch

    default_filter = DefaultFilter()

    def wanted(change: Change, path: str) -> bool:
        file = Path(path)
        below = [file.relative_to(root) for root in roots if file.is_relative_to(root)]
        hidden = all(any(part.startswith(".") for part in rest.parts[:-1]) for rest in below)
        return default_filter(change, path) and not hidden and file.suffix not in _IGNORED_SUFFIXES

    changes = watch(
        *_watched_paths(roots),
        watch_filter=wanted,
        step=_BATCH_MS,
        debounce=1000,
        rust_timeout=_POLL_INTERVAL_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    for batch in changes:
        yield {path for _, name in batch if _is_relevant(path := Path(name))}


def _is_relevant(path: Path) -> bool:
    # Editors write a temporary file and rename it; a file that is already gone was never read.
    return path.suffix == ".py" or path.is_file()


def _watched_paths(roots: Sequence[Path]) -> Iterator[Path]:
    """
    Yield the paths to watch: the whole DAG folder, and only the modules and packages of other folders.

    Such a folder is often the project root, with thousands of folders of the virtual environment in it.
    """
    folder, *others = roots
    yield folder
    for root in others:
        for entry in root.iterdir():
            module = entry.suffix == ".py" if entry.is_file() else (entry / "__init__.py").is_file()
            if module and not folder.is_relative_to(entry) and not entry.is_relative_to(folder):
                yield entry
