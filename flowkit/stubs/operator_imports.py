"""
The installed modules of which a project uses operators, found by reading its files.
"""

from __future__ import annotations

import ast
import functools
import os
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.analysis.modules import Definition, definition_of, names_in, spec_of
from flowkit.base.paths import is_file
from flowkit.stubs.distributions import is_operator_module
from flowkit.stubs.merged_constructors import operator_class

_PACKAGES: Final = "site-packages"
_SKIPPED_FOLDERS: Final = {"__pycache__", "node_modules", _PACKAGES}
# A longer file is data.
_MAX_BYTES: Final = 10_000_000


@final
@attrs.define
class OperatorImports:
    """
    What a project uses of installed operators.
    """

    modules: set[str] = attrs.field(factory=set)

    by_hand: dict[str, set[str]] = attrs.field(factory=dict)
    """The classes that it also calls itself, or derives from, by module."""


def project_files(paths: Iterable[Path]) -> list[Path]:
    """
    Return the Python files at *paths* and below, without those of virtual environments and hidden folders.
    """
    return sorted({file for path in paths for file in _files(path)})


def _files(path: Path) -> Iterator[Path]:
    if is_file(path):
        yield path
        return
    for folder, folders, files in os.walk(path):
        here = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED_FOLDERS
            and not is_file(here / name / "pyvenv.cfg")
        )
        yield from (here / name for name in files if name.endswith(".py"))


def operator_imports(files: Iterable[Path]) -> OperatorImports:
    """
    Return the operators that *files* import, lazily or not.
    """
    found = OperatorImports()
    for file in files:
        try:
            text = file.read_bytes()
            if b"import" not in text or len(text) > _MAX_BYTES:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # `flowkit check` reports it
        _add(found, tree)
    return found


def _add(found: OperatorImports, tree: ast.Module) -> None:
    names = _Names(tree)
    for module, name in names.imported():
        definition = _operator(module, name) if name is not None else None
        if definition is not None:
            # The name may be imported from another module than the one that defines it.
            found.modules.add(definition.module)
        elif _is_module(path := module if name is None else f"{module}.{name}") and is_operator_module(path):
            found.modules.add(path)
    for dotted in _used_by_hand(tree):
        module, name = names.resolved(dotted)
        definition = _operator(module, name) if name else None
        if definition is not None:
            found.modules.add(definition.module)
            found.by_hand.setdefault(definition.module, set()).add(definition.name)


@final
class _Names:
    """
    The names that a file imports, wherever in it.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._imports: dict[str, tuple[str, str | None]] = {}
        self._modules: list[str] = []
        self._others: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                for alias in node.names:
                    self._imports[alias.asname or alias.name] = (node.module, alias.name)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    self._modules.append(alias.name)
                    bound = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._imports[alias.asname or bound] = (bound, None)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self._others.setdefault(target.id, ast.unparse(node.value))

    def imported(self) -> Iterator[tuple[str, str | None]]:
        """
        Yield each module, with the name that is imported from it.
        """
        yield from self._imports.values()
        yield from ((module, None) for module in self._modules)

    def resolved(self, dotted: str, depth: int = 0) -> tuple[str, str]:
        """
        Return the module and the name in it that `Name` or `module.Name` means; empty texts if that is not imported.
        """
        root, _, rest = dotted.partition(".")
        if root not in self._imports:
            other = self._others.get(root)
            if other is None or depth > 3:
                return "", ""
            return self.resolved(f"{other}.{rest}" if rest else other, depth + 1)
        module, name = self._imports[root]
        path = ".".join(part for part in (module, name, rest) if part)
        return path.rpartition(".")[0], path.rpartition(".")[2]


def _used_by_hand(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        expressions = [node.func] if isinstance(node, ast.Call) else []
        expressions += node.bases if isinstance(node, ast.ClassDef) else []
        for expression in expressions:
            if isinstance(expression, ast.Name | ast.Attribute):
                yield ast.unparse(expression)


def _is_module(name: str) -> bool:
    spec = spec_of(name)
    return spec is not None and spec.submodule_search_locations is None


@functools.cache
def _operator(module: str, name: str) -> Definition | None:
    """
    Return the definition of *name* in an installed module if it is an operator whose arguments its source shows.
    """
    if names_in(module) is None:
        return None
    definition = definition_of(module, name)
    if definition is None or not _is_installed(definition.module):
        return None
    return definition if operator_class(definition, with_options=False) is not None else None


def _is_installed(module: str) -> bool:
    # Stubs of the project's own modules would hide what is written there next.
    spec = spec_of(module)
    return spec is not None and _PACKAGES in Path(spec.origin or "").parts
