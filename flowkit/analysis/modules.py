"""
Reads from its source what a module defines, without importing it.

A module's file is found as Python finds it, package by package, but no package on the way is executed: the file of an
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

from flowkit.base.record import field, record

_MAX_IMPORT_DEPTH: Final = 20
IMPORT_MAP: Final = "_IMPORT_MAP"
"""The table of names that modules of Airflow's provider `common.compat` import from others when they are used."""

DefinitionNode: TypeAlias = "ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef"


@final
@record(eq=False)
class Alias:
    """
    A name that a module imports from another.
    """

    module: str

    name: str | None
    """Its name there; `None`: the module itself."""


@final
@record(eq=False)
class ModuleNames:
    """
    The names that a module binds at its top level, according to its source.
    """

    module: str

    names: Mapping[str, tuple[DefinitionNode | Alias | ast.expr, ...]]
    """What each name may refer to. Both branches of an `if` count, `TYPE_CHECKING` included."""

    dynamic: bool
    """Whether it may have more names than its source shows: by `__getattr__`, or `from … import *`."""


@final
@record
class Definition:
    """
    The definition of a class or function, and its module.
    """

    module: str
    node: DefinitionNode = field(eq=False)
    name: str


def clear_caches() -> None:
    """
    Discard what was read: files may have changed.
    """
    names_in.cache_clear()
    spec_of.cache_clear()


@functools.cache
def spec_of(name: str) -> ModuleSpec | None:
    """
    Return the spec of the module *name* without importing it; `None` if there is no such module.
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
    # `PathFinder` of the standard library imports the parent if that is a namespace package.
    portions: list[str] = []
    for folder in folders:
        finder = pkgutil.get_importer(folder)
        spec = finder.find_spec(name) if finder is not None else None
        if spec is not None and spec.loader is not None:
            return spec
        portions += (spec and spec.submodule_search_locations) or ()
    if not portions:
        return None
    namespace_package = ModuleSpec(name, None, is_package=True)
    namespace_package.submodule_search_locations = portions
    return namespace_package


def _folders(package: str) -> list[str]:
    loaded = getattr(sys.modules.get(package), "__path__", None)
    if loaded is not None:
        return list(loaded)
    spec = spec_of(package)
    own = list((spec and spec.submodule_search_locations) or ())
    # A package such as Airflow extends its path with the folders of its other distributions when it is imported.
    parts = package.split(".")
    others = (str(Path(entry, *parts)) for entry in sys.path)
    return [*own, *(folder for folder in others if spec and folder not in own and Path(folder).is_dir())]


def missing_part(name: str) -> str | None:
    """
    Return the first prefix of the dotted *name* that is not a module; `None` if all are.
    """
    parts = name.split(".")
    paths = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return next((path for path in paths if spec_of(path) is None), None)


def modules_in(package: str) -> tuple[str, ...]:
    """
    Return the names of the modules in *package*, or of all top-level modules if it is empty.
    """
    if package:
        return tuple(f"{package}.{module.name}" for module in pkgutil.iter_modules(_folders(package)))
    return (*sys.builtin_module_names, *(module.name for module in pkgutil.iter_modules()))


@functools.cache
def names_in(name: str) -> ModuleNames | None:
    """
    Return the names that the module *name* binds; `None` if its source is not available.
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
    names: dict[str, tuple[DefinitionNode | Alias | ast.expr, ...]] = {}
    dynamic = False
    package = name if spec.submodule_search_locations is not None else name.rpartition(".")[0]
    for bound, meaning in _bindings(tree.body, package):
        dynamic = dynamic or bound in {"*", "__getattr__"}
        names[bound] = (*names.get(bound, ()), meaning)
    return ModuleNames(name, names, dynamic)


def _bindings(
    body: Iterable[ast.stmt], package: str
) -> Iterator[tuple[str, DefinitionNode | Alias | ast.expr]]:
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
            yield from _nested_bindings(node, package)


def _aliases(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[tuple[str, Alias]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            yield alias.asname or root, Alias(alias.name if alias.asname else root, None)
        return
    module = ("." * node.level) + (node.module or "")
    if node.level:
        try:
            module = importlib.util.resolve_name(module, package)
        except ImportError:
            return
    for alias in node.names:
        yield alias.asname or alias.name, Alias(module, alias.name)


def _targets(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            yield from _targets(element, value)


def _nested_bindings(node: ast.stmt, package: str) -> Iterator[tuple[str, DefinitionNode | Alias | ast.expr]]:
    if isinstance(node, ast.For | ast.AsyncFor):
        yield from _targets(node.target, node.iter)
    for item in getattr(node, "items", ()):  # of a `with`
        if item.optional_vars is not None:
            yield from _targets(item.optional_vars, item.context_expr)
    for block in ("body", "orelse", "finalbody"):
        yield from _bindings(getattr(node, block, ()), package)
    for clause in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from _bindings(clause.body, package)


def definition_of(module: str, name: str, depth: int = 0) -> Definition | None:
    """
    Return the definition of the class or function *name* of *module*, which may import it; `None` if it is unknown.
    """
    bound = names_in(module)
    if bound is None or depth > _MAX_IMPORT_DEPTH:
        return None
    for meaning in bound.names.get(name, ()):
        if isinstance(meaning, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return Definition(module, meaning, meaning.name)
        definition = None
        if isinstance(meaning, Alias) and meaning.name is not None:
            definition = definition_of(meaning.module, meaning.name, depth + 1)
        elif isinstance(meaning, ast.Name) and meaning.id != name:
            definition = definition_of(module, meaning.id, depth + 1)
        if definition is not None:
            return definition
    candidates = (definition_of(other, name, depth + 1) for other in _mapped_modules(bound, name))
    return next((definition for definition in candidates if definition is not None), None)


def _mapped_modules(bound: ModuleNames, name: str) -> Iterator[str]:
    """
    Yield the modules of which Airflow's compatibility modules import *name* when it is first used.
    """
    for table in bound.names.get(IMPORT_MAP, ()):
        if isinstance(table, ast.Dict):
            for key, value in zip(table.keys, table.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == name:
                    parts = value.elts if isinstance(value, ast.Tuple) else [value]
                    yield from (str(part.value) for part in parts if isinstance(part, ast.Constant))


def definition_in(module: str, node: ast.expr) -> Definition | None:
    """
    Return the definition that `Name`, `module.Name` or `Name[…]` refers to in *module*.
    """
    if isinstance(node, ast.Subscript):
        return definition_in(module, node.value)
    if isinstance(node, ast.Name):
        return definition_of(module, node.id)
    if isinstance(node, ast.Attribute):
        bound = names_in(module)
        root, _, rest = _dotted(node.value).partition(".")
        for meaning in bound.names.get(root, ()) if bound and root else ():
            if isinstance(meaning, Alias):
                base = meaning.module if meaning.name is None else f"{meaning.module}.{meaning.name}"
                definition = definition_of(f"{base}.{rest}" if rest else base, node.attr)
                if definition is not None:
                    return definition
    return None


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (inner := _dotted(node.value)):
        return f"{inner}.{node.attr}"
    return ""
