"""
Finds files with pipelines, as Airflow finds them.

A folder is walked, `.airflowignore` is honoured, and files whose text cannot define a DAG are skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.errors import LoadError
from flowkit.base.paths import exists, is_file, is_folder
from flowkit.base.suggestions import nearest

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

ZIP: Final = ".zip"
_IGNORE_FILE: Final = ".airflowignore"
_DAGS: Final = "dags"


def folder_of(path: Path, dags: Path | None = None) -> Path:
    """
    Return the DAG folder that *path* belongs to, which Airflow puts on `sys.path`.

    That is `[core] dags_folder` of Airflow's configuration if *path* is in it; otherwise the nearest parent named
    `dags` within the project; otherwise *path* itself, or the folder of the file.

    Args:
        path: A file or a folder.

        dags: The DAG folder, if the user named it. It is used for paths in it.
    """
    path = _absolute(path)
    named = _absolute(dags) if dags is not None else AirflowConfig.read().dags_folder
    if named is not None and path.is_relative_to(named):
        return named
    own = path if is_folder(path) else path.parent
    for folder in (own, *own.parents):
        if folder.name == _DAGS:
            return folder
        if is_file(folder / "pyproject.toml") or exists(folder / ".git"):
            break
    return own


def find(path: Path) -> tuple[Path, ...]:
    """
    Return the files that may hold pipelines: *path* itself, or those below it if it is a folder.

    A file is always returned. In a folder, those are whose text mentions Airflow, DAGs or assets, and flowkit. Folders
    whose name begins with a dot and virtual environments are skipped.

    Raises:
        LoadError: If there is nothing at *path*.
    """
    path = _absolute(path)
    if is_file(path):
        return (path,)
    if is_folder(path):
        return tuple(file for file in python_files(path) if may_hold_pipelines(file, _text(file)))

    if exists(path):
        msg = f"{str(path)!r} is neither a file nor a folder."
        raise LoadError(msg)
    siblings = _entries(path.parent) if is_folder(path.parent) else []
    hint = nearest(path.name, [entry.name for entry in siblings])
    msg = f"No such file or folder: {str(path)!r}."
    raise LoadError(f"{msg} Did you mean {str(path.with_name(hint))!r}?" if hint else msg)


def python_files(folder: Path) -> tuple[Path, ...]:
    """
    Return all Python files below *folder* that Airflow does not ignore, whatever they contain.

    Raises:
        LoadError: If a folder or an `.airflowignore` cannot be read.
    """
    return python_and_zip_files(folder)[0]


def python_and_zip_files(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """
    Return the result of `python_files`, and the zip files, which Airflow reads and flowkit does not.

    Raises:
        LoadError: As `python_files` does.
    """
    every = sorted(_walk(_absolute(folder), (), set()))
    python, zips = (tuple(file for file in every if file.suffix == kind) for kind in (".py", ZIP))
    return python, zips


def airflow_reads(text: bytes) -> bool:
    """
    Return whether Airflow would execute a file with this *text*, in its default safe mode.
    """
    text = text.lower()
    return b"airflow" in text and (b"dag" in text or b"asset" in text)


def may_hold_pipelines(file: Path, text: bytes) -> bool:
    """
    Return whether *file* is loaded if only its folder was requested.

    Args:
        file: A Python file.

        text: Its content; empty if it cannot be read. Then it is loaded, so that the error is reported.
    """
    if not text:
        return not os.access(file, os.R_OK)
    return b"flowkit" in text.lower() and airflow_reads(text)


def _absolute(path: Path) -> Path:
    # Symbolic links are kept: a file must see the path that it has in Airflow.
    return Path(os.path.abspath(path))  # noqa: PTH100


def _text(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _walk(folder: Path, rules: tuple[tuple[Path, GitIgnoreSpec], ...], seen: set[Path]) -> Iterator[Path]:
    # Like Airflow, follow symbolic links to folders, but walk cycles of them once.
    real = folder.resolve()
    if real in seen or is_file(folder / "pyvenv.cfg"):
        return
    seen.add(real)
    if is_file(folder / _IGNORE_FILE):
        rules = (*rules, (folder, _ignore_rules(folder / _IGNORE_FILE)))
    for entry in sorted(_entries(folder)):
        if _ignored(entry, rules):
            continue
        if is_folder(entry):
            if not entry.name.startswith(".") and entry.name != "__pycache__":
                yield from _walk(entry, rules, seen)
        elif is_file(entry):
            yield entry


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        msg = f"The folder {str(folder)!r} cannot be read: {error.strerror}."
        raise LoadError(msg) from None


def _ignore_rules(file: Path) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        # Like Airflow, remove comments at the end of a line too.
        lines = [re.sub(r"\s*#.*", "", line) for line in file.read_text("utf-8").splitlines()]
        return GitIgnoreSpec.from_lines(lines)
    except (OSError, ValueError) as error:
        why = (
            error.strerror
            if isinstance(error, OSError)
            else "it is not UTF-8 text, or has an invalid pattern"
        )
        msg = f"{str(file)!r} cannot be read: {why}."
        raise LoadError(msg) from None


def _ignored(entry: Path, rules: tuple[tuple[Path, GitIgnoreSpec], ...]) -> bool:
    result = False
    for folder, spec in rules:
        path = entry.relative_to(folder).as_posix() + ("/" if is_folder(entry) else "")
        include = spec.check_file(path).include
        if include is not None:
            result = include
    return result
