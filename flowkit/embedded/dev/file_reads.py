"""
Records which files other than Python modules a DAG file reads while it is loaded.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final, final

from typing_extensions import Self

_OPEN_EVENT: Final = "open"
_LIST_EVENTS: Final = frozenset({"os.listdir", "os.scandir"})
_PYTHON_SUFFIXES: Final = (".py", ".pyc")
_IMPORTLIB: Final = "<frozen importlib"


@final
class ReadRecorder:
    """
    Records reads below a folder. Python cannot remove an audit hook, so use it in short-lived processes only.

    As a context manager, it records only inside the `with` block.

    Args:
        folder: The DAG folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = f"{folder}{os.sep}"
        self._reads: dict[Path, set[str]] = {}
        self._current: set[str] | None = None
        self._active = False

    def __enter__(self) -> Self:
        sys.addaudithook(self._on_audit_event)
        self._active = True
        return self

    def __exit__(self, *_: object) -> None:
        self._active = False

    def begin(self, file: Path) -> None:
        """
        Attribute the following reads to *file*.
        """
        self._current = self._reads.setdefault(file, set())

    def of(self, file: Path) -> list[str]:
        """
        Return the files that *file* has opened and the folders that it has listed. Folders end with a slash.
        """
        return sorted(self._reads.get(file, ()))

    def _on_audit_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._active or self._current is None:
            return
        if event == _OPEN_EVENT:
            self._record(arguments[0], "")
        elif event in _LIST_EVENTS and not sys._getframe(1).f_code.co_filename.startswith(_IMPORTLIB):
            self._record(arguments[0] or ".", os.sep)

    def _record(self, path: object, end: str) -> None:
        if self._current is None or not isinstance(path, str | bytes | os.PathLike):
            return
        full = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - a Path for each file that Python opens is slow
        if f"{full}{os.sep}".startswith(self._folder) and not full.endswith(_PYTHON_SUFFIXES):
            self._current.add(full + end)
