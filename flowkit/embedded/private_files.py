"""
Keeps the project's `.flowkit` folder private: databases and logs of runs contain whatever tasks print and connect to.

All folders in it have the mode 0700, all files 0600, whatever the user's umask. Tasks get that umask back: what they
write is not flowkit's.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from flowkit.base.errors import RunError

UMASK: Final = "FLOWKIT_UMASK"
"""The environment variable with the user's umask, as an octal number, once `write_privately` was called."""

_PRIVATE_UMASK: Final = 0o077
_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def write_privately() -> None:
    """
    Let this process, and those that it starts, create files that only their owner can read.
    """
    mask = os.umask(_PRIVATE_UMASK)
    os.environ.setdefault(UMASK, f"{mask:o}")


def restore_umask() -> None:
    """
    Undo `write_privately` in this process.
    """
    with suppress(KeyError, ValueError):
        os.umask(int(os.environ[UMASK], 8))


def make_private_folder(folder: Path) -> None:
    """
    Create *folder* and make it private, with all that is in it.

    Raises:
        RunError: If something else has its name, or it cannot be created or made private.
    """
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=False, exist_ok=True)
        mode = folder.lstat().st_mode
        if not stat.S_ISDIR(mode):
            raise RunError(_not_a_folder(folder))
        if stat.S_IMODE(mode) != _FOLDER_MODE:
            folder.chmod(_FOLDER_MODE)
        # If the folder was open to others, what is in it may be as well.
        for path in _below(folder, depth=None if mode & _OTHERS else 2):
            _make_private(path)
    except FileExistsError:
        raise RunError(_not_a_folder(folder)) from None
    except OSError as error:
        where = error.filename or folder
        msg = f"flowkit cannot write to {folder}, where it keeps its Airflow: {where}: {error.strerror or error}."
        raise RunError(msg) from error


def write_private_text(file: Path, text: str) -> None:
    """
    Write a file that only its owner can read. Whatever has its name, such as a symbolic link, is deleted.

    Raises:
        OSError: If it cannot be written.
    """
    discard(file)
    with os.fdopen(
        os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "w", encoding="utf-8"
    ) as out:
        file.chmod(_FILE_MODE)
        out.write(text)


def is_regular(path: Path) -> bool:
    """
    Return whether *path* is a file, and not a link to one.
    """
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def discard_unless_regular(*paths: Path) -> None:
    """
    Delete those of *paths* that are no files: folders, links, named pipes.

    Raises:
        OSError: If one cannot be deleted.
    """
    for path in paths:
        if not is_regular(path):
            discard(path)


def discard(path: Path) -> None:
    """
    Delete a file or a folder, if there is one.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(FileNotFoundError):
            path.unlink()


def _not_a_folder(folder: Path) -> str:
    if folder.is_symlink():
        return (
            f"{folder} is a symbolic link, which flowkit does not follow: a repository could let it point anywhere. "
            "Delete it."
        )
    return f"{folder} is not a folder, and flowkit keeps its Airflow in a folder of that name. Delete it."


def _below(folder: Path, depth: int | None) -> Iterator[os.DirEntry[str]]:
    """
    Yield what is in *folder*, but not what symbolic links lead to.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_symlink():
                yield entry
                if entry.is_dir(follow_symlinks=False) and depth != 1:
                    yield from _below(Path(entry.path), None if depth is None else depth - 1)


def _make_private(entry: os.DirEntry[str]) -> None:
    with suppress(FileNotFoundError):
        mode = entry.stat(follow_symlinks=False).st_mode
        if mode & _OTHERS:
            os.chmod(entry.path, _FOLDER_MODE if stat.S_ISDIR(mode) else _FILE_MODE)  # noqa: PTH101
