"""
The template fields of an operator, read from the source of its class.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from flowkit.analysis.class_order import Bases, UnclearError, last_name, order_of
from flowkit.analysis.modules import Definition, definition_in, names_in
from flowkit.base.operator_classes import OPERATOR_BASES

_MAKES_SEQUENCE: Final = {"tuple", "list", "set", "frozenset", "sorted", "union"}
_MAX_DEPTH: Final = 20

_Known: TypeAlias = "Mapping[str, tuple[str, ...]]"
"""By parameter of a function: the strings that a call of it passes."""


def template_fields_in(order: Bases) -> frozenset[str]:
    """
    Return the template fields of the first class in *order*.

    Raises:
        UnclearError: If the source does not show them.
    """
    for cls in order:
        if isinstance(cls, str):
            break
        for statement in reversed(getattr(cls.node, "body", [])):
            if getattr(statement, "name", "") == "template_fields":
                return frozenset()  # a property: its value is known at run time only
            targets: Sequence[Any] = getattr(statement, "targets", [getattr(statement, "target", None)])
            value = getattr(statement, "value", None)
            if value is not None and any(getattr(node, "id", "") == "template_fields" for node in targets):
                return frozenset(_strings(cls, value, {}, 0))
    return frozenset()


def _strings(where: Definition, node: ast.expr, known: _Known, depth: int) -> tuple[str, ...]:
    """
    Return the strings in the value of an expression.

    Args:
        where: The class or function around it.

        node: The expression.

        known: The parameters of that function.

        depth: How many references were followed.
    """
    if depth > _MAX_DEPTH:
        raise UnclearError
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    parts: Sequence[ast.expr] | None = None
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = node.elts
    elif isinstance(node, ast.Starred):
        parts = [node.value]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call) and last_name(node.func) in _MAKES_SEQUENCE:
        owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        parts = [*owner, *node.args]
    elif isinstance(node, ast.Call):
        return _returned_strings(where, node, known, depth)
    if parts is not None:
        return tuple(string for part in parts for string in _strings(where, part, known, depth + 1))
    return _referenced_strings(where, node, known, depth)


def _returned_strings(where: Definition, call: ast.Call, known: _Known, depth: int) -> tuple[str, ...]:
    """
    Return the strings in what a function returns, such as Amazon's `aws_template_fields("bucket_name", …)`.
    """
    function = definition_in(where.module, call.func)
    node = function.node if function is not None else None
    if function is None or not isinstance(node, ast.FunctionDef) or call.keywords:
        raise UnclearError
    inner = list(ast.walk(node))
    returned = [found for found in inner if isinstance(found, ast.Return)]
    if len(returned) != 1 or returned[0] is not node.body[-1] or returned[0].value is None:
        raise UnclearError
    stored = {found.id for found in inner if isinstance(found, ast.Name) and isinstance(found.ctx, ast.Store)}
    if stored & {found.id for found in ast.walk(returned[0]) if isinstance(found, ast.Name)}:
        raise UnclearError
    positional = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
    passed: dict[str, tuple[str, ...]] = {}
    rest: list[str] = []
    for index, argument in enumerate(call.args):
        strings = _strings(where, argument, known, depth + 1)
        if index < len(positional) and not isinstance(argument, ast.Starred):
            passed[positional[index]] = strings
        else:
            rest += strings
    if node.args.vararg is not None:
        passed[node.args.vararg.arg] = tuple(rest)
    elif rest:
        raise UnclearError
    return _strings(function, returned[0].value, passed, depth + 1)


def _referenced_strings(where: Definition, node: ast.expr, known: _Known, depth: int) -> tuple[str, ...]:
    if isinstance(node, ast.Attribute) and node.attr == "template_fields":
        if last_name(node.value) in OPERATOR_BASES:
            return ()
        base = definition_in(where.module, node.value)
        if base is not None:
            return tuple(template_fields_in(order_of(base)))
    if isinstance(node, ast.Name):
        if node.id in known:
            return known[node.id]
        bound = names_in(where.module)
        for meaning in bound.names.get(node.id, ()) if bound else ():
            if isinstance(meaning, ast.expr) and meaning is not node:
                return _strings(where, meaning, {}, depth + 1)
    raise UnclearError
