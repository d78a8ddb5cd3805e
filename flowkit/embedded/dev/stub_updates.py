"""
Keeps the stubs of a project up to date while its files are edited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import final

from flowkit.base.paths import is_folder
from flowkit.embedded.dev.dev_events import Event, StubsWritten
from flowkit.stubs.operator_imports import OperatorImports, operator_imports, project_files
from flowkit.stubs.stub_folder import FOLDER, stub_files, write_stubs


@final
class StubUpdates:
    """
    Writes the stubs of a project again when its files import other operators.

    Args:
        root: The root folder of the project. Without a folder of stubs in it, nothing is ever written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._by_file: dict[Path, OperatorImports] = {}
        self._written: OperatorImports | None = None

    def update(self, saved: Collection[Path] | None = None) -> Iterator[Event]:
        """
        Read the *saved* files, by default all of the project, and write the stubs if other operators are imported.
        """
        folder = self._root / FOLDER
        if not is_folder(folder):
            return
        if saved is None or self._written is None:
            saved = project_files([self._root])
        for file in saved:
            if file.suffix == ".py":
                self._by_file[file] = operator_imports([file])
        imports = _joined(self._by_file.values())
        if imports == self._written:
            return
        self._written = imports
        files = write_stubs(folder, stub_files(imports.modules, imports.by_hand), complete=True)
        changed = tuple(file.path for file in files if file.outcome in {"written", "updated", "removed"})
        failed = next((f"{file.path}: {file.reason}" for file in files if file.outcome == "failed"), "")
        if changed or failed:
            yield StubsWritten(changed, failed)


def _joined(parts: Collection[OperatorImports]) -> OperatorImports:
    joined = OperatorImports()
    for part in parts:
        joined.modules |= part.modules
        for module, names in part.by_hand.items():
            joined.by_hand.setdefault(module, set()).update(names)
    return joined
