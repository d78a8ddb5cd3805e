"""
Which files, other than Python's modules, a DAG file reads while it is loaded: tables, texts, configurations.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final, final

from typing_extensions import Self

_OPENS: Final = "open"
_LISTS: Final = frozenset({"os.listdir", "os.scandir"})
_PYTHON: Final = (".py", ".pyc")
_IMPORTING: Final = "<frozen importlib"


@final
class Reads:
    """
    Listens to what is opened and listed below a folder. Python keeps the listener for ever, so it is for a process
    that ends soon.

    Used as a context manager: outside it does not listen.

    Args:
        folder: The DAG folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = f"{folder}{os.sep}"
        self._found: dict[Path, set[str]] = {}
        self._now: set[str] | None = None
        self._listens = False

    def __enter__(self) -> Self:
        sys.addaudithook(self._hear)
        self._listens = True
        return self

    def __exit__(self, *_: object) -> None:
        self._listens = False

    def begin(self, file: Path) -> None:
        """
        Note that *file* is loaded now.
        """
        self._now = self._found.setdefault(file, set())

    def of(self, file: Path) -> list[str]:
        """
        Return the files that *file* has opened, and the folders that it has listed; those end with a slash.
        """
        return sorted(self._found.get(file, ()))

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._listens or self._now is None:
            return
        if event == _OPENS:
            self._note(arguments[0], "")
        elif event in _LISTS and not sys._getframe(1).f_code.co_filename.startswith(_IMPORTING):
            self._note(arguments[0] or ".", os.sep)

    def _note(self, path: object, end: str) -> None:
        if self._now is None or not isinstance(path, str | bytes | os.PathLike):
            return
        full = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - a Path for each file that Python opens is slow
        if f"{full}{os.sep}".startswith(self._folder) and not full.endswith(_PYTHON):
            self._now.add(full + end)
