"""
Finds the DAG files that a changed helper module affects: those that import it, directly or indirectly.

Reads the source text; executes nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import final

import attrs


@final
@attrs.define(eq=False)
class ImportGraph:
    """
    The imports between the modules of a project.
    """

    roots: Sequence[Path]
    """The folders on Python's path in which the project's own modules lie, the DAG folder among them."""

    _cache: dict[Path, tuple[float, frozenset[Path]]] = attrs.field(factory=dict, init=False)

    def affected(self, changed: Iterable[Path], files: Iterable[Path]) -> set[Path]:
        """
        Return those of *files* that are in *changed* or import one of them, however indirectly.
        """
        changed = set(changed)
        return {file for file in files if file in changed or not changed.isdisjoint(self._all_imports(file))}

    def sharing_helpers(self, some: Iterable[Path], files: Iterable[Path]) -> set[Path]:
        """
        Return *some*, and those of *files* that share a helper module with any of them.

        What a helper reads is only recorded for the file that imports it first.
        """
        some = set(some)
        helpers = {other for file in some for other in self._all_imports(file) if other.is_file()}
        return some | {file for file in files if not helpers.isdisjoint(self._all_imports(file))}

    def _all_imports(self, file: Path) -> set[Path]:
        imported: set[Path] = set()
        pending = [file]
        while pending:
            for other in self._direct_imports(pending.pop()):
                if other not in imported:
                    imported.add(other)
                    pending.append(other)
        return imported

    def _direct_imports(self, file: Path) -> frozenset[Path]:
        try:
            modified = file.stat().st_mtime
        except OSError:
            # A deleted file imports nothing; the files that import it are still affected.
            return frozenset()
        cached = self._cache.get(file)
        if cached is None or cached[0] != modified:
            cached = self._cache[file] = (modified, frozenset(self._imported(file)))
        return cached[1]

    def _imported(self, file: Path) -> Iterator[Path]:
        try:
            tree = ast.parse(file.read_bytes())
        except (OSError, SyntaxError, ValueError):
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._candidates(self.roots, alias.name.split("."))
            elif isinstance(node, ast.ImportFrom):
                roots: Sequence[Path] = self.roots
                if node.level:
                    roots = (file.parents[node.level - 1],)
                parts = node.module.split(".") if node.module else []
                for alias in node.names:
                    yield from self._candidates(roots, [*parts, alias.name])

    @staticmethod
    def _candidates(roots: Sequence[Path], parts: Sequence[str]) -> Iterator[Path]:
        # Parent packages are executed too. Missing files count: they may have been deleted.
        for root in roots:
            if not (root / parts[0]).is_dir() and not (root / f"{parts[0]}.py").is_file() and len(parts) > 1:
                continue
            at = root
            for part in parts:
                yield at / f"{part}.py"
                at /= part
                yield at / "__init__.py"
