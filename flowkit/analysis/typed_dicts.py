"""
The keys of `**kwargs: Unpack[SomeTypedDict]`, read from source.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TypeAlias

from flowkit.analysis.class_order import last_name
from flowkit.analysis.modules import Definition, definition_in

_MAX_DEPTH = 20

UnpackedKeys: TypeAlias = "tuple[Mapping[str, bool] | None, bool]"
"""The keys that `**kwargs` may have, and whether each is required, or `None` for any; and whether that is clear."""


def unpacked_keys(module: str, init: ast.FunctionDef) -> UnpackedKeys:
    """
    Return the keys that the annotation of `**kwargs` in a constructor of *module* allows.
    """
    kwarg = init.args.kwarg
    node = written_annotation(kwarg.annotation) if kwarg is not None else None
    if not isinstance(node, ast.Subscript) or last_name(node.value) != "Unpack":
        return None, True
    keys = _keys_in(module, node.slice, 0)
    return keys, keys is not None


def written_annotation(node: ast.expr | None) -> ast.expr | None:
    """
    Return an annotation that may be written as a string.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError):
            return None
    return node


def _keys_in(module: str, node: ast.expr, depth: int) -> dict[str, bool] | None:
    definition = definition_in(module, written_annotation(node) or node)
    if definition is None or not isinstance(definition.node, ast.ClassDef) or depth > _MAX_DEPTH:
        return None
    return _keys_of(definition, definition.node, depth)


def _keys_of(definition: Definition, node: ast.ClassDef, depth: int) -> dict[str, bool] | None:
    keys: dict[str, bool] = {}
    for base in node.bases:
        if last_name(base) in {"TypedDict", "Generic"}:
            continue
        inherited = _keys_in(definition.module, base, depth + 1)
        if inherited is None:
            return None
        keys.update(inherited)
    total = not any(
        keyword.arg == "total" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        for keyword in node.keywords
    )
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            keys[statement.target.id] = _is_required(statement.annotation, total=total)
    return keys


def _is_required(annotation: ast.expr, *, total: bool) -> bool:
    node = written_annotation(annotation)
    while isinstance(node, ast.Subscript):
        name = last_name(node.value)
        if name in {"Required", "NotRequired"}:
            return name == "Required"
        if name not in {"ReadOnly", "Annotated"}:
            break
        node = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
    return total
