"""
Reads what a module holds from its source, without importing it.

A module's file is found as Python finds it, package by package, and no package on the way is executed: the file of an
operator can be read without Airflow.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Final, TypeAlias, final

import attrs

_DEEPEST: Final = 20
Definition: TypeAlias = "ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef"


@final
@attrs.frozen(eq=False)
class Alias:
    """
    A name that a module has from another one.
    """

    module: str

    name: str | None
    """Its name there; `None`: it is the module."""


@final
@attrs.frozen(eq=False)
class Source:
    """
    What the source of a module binds at its top level.
    """

    module: str

    names: Mapping[str, tuple[Definition | Alias | ast.expr, ...]]
    """By name: what it may be. Of an `if` both ways count, those for type checkers too."""

    dynamic: bool
    """Whether it has more names than its source shows: a `__getattr__`, or `from … import *`."""


@final
@attrs.frozen
class Found:
    """
    A definition, and the module that it stands in.
    """

    module: str
    node: Definition = attrs.field(eq=False)
    name: str


def clear() -> None:
    """
    Forget what was read: files may have changed.
    """
    source_of.cache_clear()
    spec_of.cache_clear()


@functools.cache
def spec_of(name: str) -> ModuleSpec | None:
    """
    Return where the module *name* comes from; `None` if there is none. Imports nothing.
    """
    parent, _, _ = name.rpartition(".")
    try:
        if not parent:
            return importlib.util.find_spec(name)
        if name in sys.modules:
            return sys.modules[name].__spec__
        return _in_folders(name, _folders(parent))
    except (ImportError, ValueError):
        return None


def _in_folders(name: str, folders: Iterable[str]) -> ModuleSpec | None:
    # Python's own `PathFinder` wants the parent to be imported, where that is a package without `__init__.py`.
    portions: list[str] = []
    for folder in folders:
        finder = pkgutil.get_importer(folder)
        spec = finder.find_spec(name) if finder is not None else None
        if spec is not None and spec.loader is not None:
            return spec
        portions += (spec and spec.submodule_search_locations) or ()
    if not portions:
        return None
    whole = ModuleSpec(name, None, is_package=True)
    whole.submodule_search_locations = portions
    return whole


def _folders(package: str) -> list[str]:
    loaded = getattr(sys.modules.get(package), "__path__", None)
    if loaded is not None:
        return list(loaded)
    spec = spec_of(package)
    found = list((spec and spec.submodule_search_locations) or ())
    # What a package such as Airflow adds to its path when it is imported: the folders of its other distributions.
    parts = package.split(".")
    others = (str(Path(entry, *parts)) for entry in sys.path)
    return [*found, *(folder for folder in others if spec and folder not in found and Path(folder).is_dir())]


def missing_part(name: str) -> str | None:
    """
    Return the first part of the dotted *name* that is no module; `None` if there are all.
    """
    parts = name.split(".")
    paths = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return next((path for path in paths if spec_of(path) is None), None)


def modules_in(package: str) -> tuple[str, ...]:
    """
    Return the names of the modules in *package*; of all modules there are when it is empty.
    """
    if package:
        found = pkgutil.iter_modules(_folders(package))
        return tuple(f"{package}.{module.name}" for module in found)
    return (*sys.builtin_module_names, *(module.name for module in pkgutil.iter_modules()))


@functools.cache
def source_of(name: str) -> Source | None:
    """
    Return what the source of the module *name* binds; `None` where there is no source to read.
    """
    spec = spec_of(name)
    read = getattr(spec and spec.loader, "get_source", None)
    if spec is None or read is None:
        return None
    try:
        text = read(name)
        tree = ast.parse(text) if text is not None else None
    except (ImportError, SyntaxError, ValueError, OSError):
        return None
    if tree is None:
        return None
    names: dict[str, tuple[Definition | Alias | ast.expr, ...]] = {}
    dynamic = False
    package = name if spec.submodule_search_locations is not None else name.rpartition(".")[0]
    for bound, what in _bindings(tree.body, package):
        dynamic = dynamic or bound in {"*", "__getattr__"}
        names[bound] = (*names.get(bound, ()), what)
    return Source(name, names, dynamic)


def _bindings(body: Iterable[ast.stmt], package: str) -> Iterator[tuple[str, Definition | Alias | ast.expr]]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from _aliases(node, package)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _targets(target, node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.value or node.annotation
        else:
            yield from _inside(node, package)


def _aliases(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[tuple[str, Alias]]:
    if isinstance(node, ast.Import):
        for one in node.names:
            root = one.name.partition(".")[0]
            yield one.asname or root, Alias(one.name if one.asname else root, None)
        return
    module = ("." * node.level) + (node.module or "")
    if node.level:
        try:
            module = importlib.util.resolve_name(module, package)
        except ImportError:
            return
    for one in node.names:
        yield one.asname or one.name, Alias(module, one.name)


def _targets(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        for one in target.elts:
            yield from _targets(one, value)


def _inside(node: ast.stmt, package: str) -> Iterator[tuple[str, Definition | Alias | ast.expr]]:
    if isinstance(node, ast.For | ast.AsyncFor):
        yield from _targets(node.target, node.iter)
    for item in getattr(node, "items", ()):  # of a `with`
        if item.optional_vars is not None:
            yield from _targets(item.optional_vars, item.context_expr)
    for part in ("body", "orelse", "finalbody"):
        yield from _bindings(getattr(node, part, ()), package)
    for other in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from _bindings(other.body, package)


def definition_of(module: str, name: str, depth: int = 0) -> Found | None:
    """
    Return where the class or function *name* of *module* is defined, through imports; `None` where nobody can say.
    """
    source = source_of(module)
    if source is None or depth > _DEEPEST:
        return None
    for what in source.names.get(name, ()):
        if isinstance(what, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return Found(module, what, what.name)
        found = None
        if isinstance(what, Alias) and what.name is not None:
            found = definition_of(what.module, what.name, depth + 1)
        elif isinstance(what, ast.Name) and what.id != name:
            found = definition_of(module, what.id, depth + 1)
        if found is not None:
            return found
    return None


def expression_in(module: str, node: ast.expr) -> Found | None:
    """
    Return the definition that `Name`, `module.Name` or `Name[…]` means in *module*.
    """
    if isinstance(node, ast.Subscript):
        return expression_in(module, node.value)
    if isinstance(node, ast.Name):
        return definition_of(module, node.id)
    if isinstance(node, ast.Attribute):
        source = source_of(module)
        inner = _dotted(node.value)
        for what in source.names.get(inner.partition(".")[0], ()) if source and inner else ():
            if isinstance(what, Alias):
                base = what.module if what.name is None else f"{what.module}.{what.name}"
                rest = inner.partition(".")[2]
                found = definition_of(f"{base}.{rest}" if rest else base, node.attr)
                if found is not None:
                    return found
    return None


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (inner := _dotted(node.value)):
        return f"{inner}.{node.attr}"
    return ""
