"""
Which DAG files a changed helper module concerns: those that import it, or import what imports it.

Read from the source. Nothing is executed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import final

import attrs


@final
@attrs.define(eq=False)
class Imports:
    """
    What the modules of a project import from one another.
    """

    roots: Sequence[Path]
    """The folders on Python's path in which the project's own modules lie, the DAG folder among them."""

    _read: dict[Path, tuple[float, frozenset[Path]]] = attrs.field(factory=dict, init=False)

    def concerned(self, changed: Iterable[Path], files: Iterable[Path]) -> set[Path]:
        """
        Return those of *files* that are among *changed* or import some of it, however indirectly.
        """
        changed = set(changed)
        return {file for file in files if file in changed or not changed.isdisjoint(self._all(file))}

    def beside(self, some: Iterable[Path], files: Iterable[Path]) -> set[Path]:
        """
        Return *some*, and those of *files* that share a helper module with one of them.

        Whatever a helper reads is read once, for the file that imports it first.
        """
        some = set(some)
        helpers = {other for file in some for other in self._all(file) if other.is_file()}
        return some | {file for file in files if not helpers.isdisjoint(self._all(file))}

    def _all(self, file: Path) -> set[Path]:
        found: set[Path] = set()
        waiting = [file]
        while waiting:
            for other in self._direct(waiting.pop()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return found

    def _direct(self, file: Path) -> frozenset[Path]:
        try:
            modified = file.stat().st_mtime
        except OSError:
            # A file that is gone imports nothing; those that import it are concerned all the same.
            return frozenset()
        known = self._read.get(file)
        if known is None or known[0] != modified:
            known = self._read[file] = (modified, frozenset(self._imported(file)))
        return known[1]

    def _imported(self, file: Path) -> Iterator[Path]:
        try:
            tree = ast.parse(file.read_bytes())
        except (OSError, SyntaxError, ValueError):
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._found(self.roots, alias.name.split("."))
            elif isinstance(node, ast.ImportFrom):
                roots: Sequence[Path] = self.roots
                if node.level:
                    roots = (file.parents[node.level - 1],)
                parts = node.module.split(".") if node.module else []
                for alias in node.names:
                    yield from self._found(roots, [*parts, alias.name])

    @staticmethod
    def _found(roots: Sequence[Path], parts: Sequence[str]) -> Iterator[Path]:
        # Each package on the way is executed too. Files that are not there count: they may have been deleted.
        for root in roots:
            if not (root / parts[0]).is_dir() and not (root / f"{parts[0]}.py").is_file() and len(parts) > 1:
                continue
            at = root
            for part in parts:
                yield at / f"{part}.py"
                at /= part
                yield at / "__init__.py"
