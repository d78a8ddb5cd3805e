"""
The bases of a class in the order in which Python looks up its methods, read from its source.
"""

from __future__ import annotations

import ast
import functools
from typing import Final, TypeAlias

from flowkit.analysis.modules import Definition, definition_in
from flowkit.base.operator_classes import OPERATOR_BASES

Bases: TypeAlias = "tuple[Definition | str, ...]"
"""Classes; Airflow's own base classes by their name only."""

# Bases that add no argument to an operator; `LoggingMixin` comes after `BaseOperator` in the order of bases.
_WITHOUT_ARGUMENTS: Final = {"ABC", "Generic", "Protocol", "object", "LoggingMixin"}
_PLAIN_METACLASSES: Final = {"ABCMeta", "type", "BaseOperatorMeta"}


class UnclearError(Exception):
    """
    The source is not clear.
    """


@functools.cache
def order_of(definition: Definition) -> Bases:
    """
    Return the method resolution order of a class.

    Raises:
        UnclearError: If its source does not show it.
    """
    bases = _bases(definition)
    rows: list[list[Definition | str]] = [
        list(order_of(base)) if isinstance(base, Definition) else [base] for base in bases
    ]
    return (definition, *_merge_c3([*rows, list(bases)]))


def _merge_c3(rows: list[list[Definition | str]]) -> list[Definition | str]:
    merged: list[Definition | str] = []
    while rows := [row for row in rows if row]:
        heads = (row[0] for row in rows)
        first = next((head for head in heads if not any(head in row[1:] for row in rows)), None)
        if first is None:
            raise UnclearError
        merged.append(first)
        rows = [[cls for cls in row if cls != first] for row in rows]
    return merged


def _bases(definition: Definition) -> Bases:
    node = definition.node
    if not isinstance(node, ast.ClassDef) or not is_plain(definition.module, node):
        raise UnclearError
    bases: list[Definition | str] = []
    for expression in node.bases:
        name = last_name(expression)
        if name in _WITHOUT_ARGUMENTS:
            continue
        if name in OPERATOR_BASES:
            bases.append("BaseOperator")
            continue
        base = definition_in(definition.module, expression)
        if base is None:
            raise UnclearError
        bases.append("BaseOperator" if base.name in OPERATOR_BASES else base)
    return tuple(dict.fromkeys(bases))


def is_plain(module: str, node: ast.ClassDef) -> bool:
    """
    Return whether a class of *module* is what its body shows.
    """
    for keyword in node.keywords:
        if keyword.arg == "metaclass" and last_name(keyword.value) not in _PLAIN_METACLASSES:
            return False
    return all(_keeps_class(module, decorator) for decorator in node.decorator_list)


def _keeps_class(module: str, decorator: ast.expr) -> bool:
    """
    Return whether a decorator returns the class itself, with its constructor as it was.
    """
    name = last_name(decorator)
    if name in {"deprecated", "final", "total_ordering", "runtime_checkable"}:
        return True
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    definition = definition_in(module, function)
    if definition is None or not isinstance(definition.node, ast.FunctionDef):
        return False
    words = {
        getattr(inner, "attr", getattr(inner, "id", getattr(inner, "value", None)))
        for inner in ast.walk(definition.node)
    }
    return _returns_argument(definition.node) and words.isdisjoint({"__init__", "__new__", "setattr"})


def _returns_argument(function: ast.FunctionDef) -> bool:
    """
    Return whether a function returns an argument, or a function that does.
    """
    nested = {inner.name: inner for inner in function.body if isinstance(inner, ast.FunctionDef)}
    arguments = {arg.arg for arg in (*function.args.posonlyargs, *function.args.args)}
    statements: list[ast.AST] = [inner for inner in function.body if inner not in nested.values()]
    returned = [
        getattr(getattr(inner.value, "func", inner.value), "id", "")
        for statement in statements
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Return)
    ]
    return bool(returned) and all(
        name in arguments or (name in nested and _returns_argument(nested[name])) for name in returned
    )


def last_name(node: ast.expr) -> str:
    """
    Return the last part of `package.module.Name[…]` or `Name(…)`.
    """
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    if isinstance(node, ast.Call):
        return last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
