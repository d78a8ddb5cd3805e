"""
The stub of a module: its source without what is executed, and with the whole constructors of its operators.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias, final

import attrs

from flowkit.analysis.modules import Alias, Definition, spec_of
from flowkit.stubs.merged_constructors import OperatorClass, operator_class
from flowkit.stubs.static_conditions import bound_names, is_importable, taken
from flowkit.stubs.stub_classes import class_lines, latest, statement_lines
from flowkit.stubs.stub_functions import docstring_lines
from flowkit.stubs.stub_scope import StubScope, canonical

_Classes: TypeAlias = "dict[str, OperatorClass]"


@final
@attrs.frozen
class ModuleStub:
    """
    The stub of a module.
    """

    module: str

    text: str
    """Without the head, which names the versions."""

    sources: frozenset[str]
    """The modules that it was made from: its own, and those of the bases of its operators."""

    is_package: bool


def module_stub(module: str, by_hand: Collection[str] = ()) -> ModuleStub | None:
    """
    Return the stub of a module; `None` if its source is not available.

    Args:
        module: Its full name.

        by_hand: The classes that the project also calls without flowkit, or derives from. They keep the arguments of
            every task.
    """
    spec = spec_of(module)
    read = getattr(spec and spec.loader, "get_source", None)
    if spec is None or read is None:
        return None
    try:
        source = read(module)
        tree = ast.parse(source) if source is not None else None
    except (ImportError, SyntaxError, ValueError, OSError, RecursionError):
        return None
    if tree is None:
        return None
    is_package = spec.submodule_search_locations is not None
    package = module if is_package else module.rpartition(".")[0]
    statements = latest(list(_separate(taken(_absolute(tree.body, package)))))
    scope = _scope(module, statements)
    operators = _operators(module, statements, by_hand)
    body = _body(statements, scope, operators)
    docstring = ast.get_docstring(tree)
    parts = [
        *(docstring_lines(docstring, "") if docstring else []),
        *(ast.unparse(node) for node in tree.body if getattr(node, "module", "") == "__future__"),
        *_import_lines(scope.added.items(), reexported=False),
        *body,
    ]
    sources = {module, *(cls.module for operator in operators.values() for cls in operator.order)}
    return ModuleStub(module, "\n".join(parts) + "\n", frozenset(sources), is_package)


def _absolute(body: Iterable[ast.stmt], package: str) -> list[ast.stmt]:
    """
    Return statements whose imports, also those in blocks, name whole modules.
    """
    statements = list(body)
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.ImportFrom) and node.level:
                name = "." * node.level + (node.module or "")
                try:
                    node.module, node.level = importlib.util.resolve_name(name, package), 0
                except ImportError:
                    node.module, node.level = "", 0
    return statements


def _separate(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """
    Yield statements, with one import for each name.
    """
    for node in statements:
        if isinstance(node, ast.ImportFrom):
            if node.module != "__future__":
                yield from (ast.ImportFrom(node.module, [alias], 0) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (ast.Import([alias]) for alias in node.names)
        else:
            yield node


def _scope(module: str, statements: Iterable[ast.stmt]) -> StubScope:
    scope = StubScope(module)
    for node in statements:
        for name in bound_names(node):
            scope.bound[name] = None
        if isinstance(node, ast.ImportFrom | ast.Import):
            alias = node.names[0]
            found = _alias(node)
            name = alias.asname or alias.name.partition(".")[0]
            scope.bound[name] = found
            if found is None and alias.name != "*":
                scope.unknown.add(name)
        elif isinstance(node, ast.Assign | ast.For) and not (
            isinstance(node, ast.Assign) and scope.is_plain(node.value)
        ):
            scope.unknown.update(bound_names(node))
    return scope


def _alias(node: ast.ImportFrom | ast.Import) -> Alias | None:
    """
    Return what an import binds; `None` if it is not installed.
    """
    alias = node.names[0]
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        return canonical(Alias(module, alias.name)) if is_importable(module, alias.name) else None
    if not is_importable(alias.name, None):
        return None
    return Alias(alias.name if alias.asname else alias.name.partition(".")[0], None)


def _operators(module: str, statements: Iterable[ast.stmt], by_hand: Collection[str]) -> _Classes:
    found: _Classes = {}
    for node in statements:
        if isinstance(node, ast.ClassDef):
            definition = Definition(module, node, node.name)
            operator = operator_class(definition, with_options=node.name in by_hand)
            if operator is not None:
                found[node.name] = operator
    return found


def _body(statements: Iterable[ast.stmt], scope: StubScope, operators: _Classes) -> list[str]:
    lines: list[str] = []
    for node in statements:
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines += _import(node, scope)
        elif isinstance(node, ast.ClassDef):
            lines += ["", *class_lines(node, scope, operators.get(node.name))]
        else:
            lines += statement_lines(node, scope)
    return lines


def _import(node: ast.Import | ast.ImportFrom, scope: StubScope) -> list[str]:
    alias = node.names[0]
    if alias.name == "*" and isinstance(node, ast.ImportFrom):
        return [f"from {node.module} import *"] if is_importable(node.module or "", None) else []
    name = alias.asname or alias.name.partition(".")[0]
    found = scope.bound[name]
    if found is None:
        return [f"{name}: {scope.any()}"] if name in scope.unknown else []
    if isinstance(node, ast.Import) and not alias.asname and "." in alias.name:
        return [f"import {alias.name}"]
    return _import_lines([(name, found)], reexported=True)


def _import_lines(imports: Iterable[tuple[str, Alias]], *, reexported: bool) -> list[str]:
    lines: list[str] = []
    for name, alias in imports:
        if alias.name is None:
            suffix = f" as {name}" if reexported or alias.module != name else ""
            lines.append(f"import {alias.module}{suffix}")
        else:
            suffix = f" as {name}" if reexported or alias.name != name else ""
            lines.append(f"from {alias.module} import {alias.name}{suffix}")
    return sorted(lines)
