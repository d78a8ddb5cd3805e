"""
Classes in a stub: operators with the constructors of `merged_constructors`, others as they are.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from typing import Final

from flowkit.analysis.class_order import last_name
from flowkit.analysis.modules import Definition, definition_in
from flowkit.stubs.merged_constructors import OperatorClass, signature
from flowkit.stubs.parameter_docs import with_parameters
from flowkit.stubs.static_conditions import bound_names, taken
from flowkit.stubs.stub_functions import (
    INDENT,
    FunctionNode,
    definition_lines,
    docstring_lines,
    function_lines,
    optional,
)
from flowkit.stubs.stub_scope import StubScope

_MAX_DEPTH: Final = 20
_MAKES_FIELDS: Final = {"attrs", "define", "dataclass", "frozen", "mutable", "s"}
_METHODS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


def class_lines(node: ast.ClassDef, scope: StubScope, operator: OperatorClass | None = None) -> list[str]:
    """
    Return the lines of a class in the stub.
    """
    statements = list(taken(node.body))
    with scope.within(name for statement in statements for name in _names(statement)):
        body = _docstring(node, operator)
        attributes = list(_instance_attributes(node, statements, scope))
        for statement in latest(statements):
            body += statement_lines(statement, scope, operator)
        body += attributes
        if operator is not None and not any(getattr(s, "name", "") == "__init__" for s in statements):
            body += _constructor(operator, scope)
    decorators = [f"@{ast.unparse(d)}" for d in node.decorator_list if _keeps(d, scope, operator)]
    head = f"class {node.name}{_bases(node, scope)}:"
    if not body:
        return [*decorators, f"{head} ..."]
    return [*decorators, head, *(f"{INDENT}{line}" if line else "" for line in body)]


def _docstring(node: ast.ClassDef, operator: OperatorClass | None) -> list[str]:
    text = ast.get_docstring(node) or ""
    if operator is not None:
        docs = {parameter.name: parameter.docs for parameter in operator.parameters if parameter.docs}
        text = with_parameters(text, docs, [parameter.name for parameter in operator.parameters])
    return docstring_lines(text, "") if text.strip() else []


def _constructor(operator: OperatorClass, scope: StubScope) -> list[str]:
    lines = definition_lines("def __init__", signature(operator, scope), " -> None")
    return [*lines[:-1], f"{lines[-1]} ..."]


def _keeps(decorator: ast.expr, scope: StubScope, operator: OperatorClass | None) -> bool:
    # The decorators of operators return the class as it is; those without types would hide that.
    return scope.keeps(decorator) and (operator is None or scope.is_typed(decorator))


def _bases(node: ast.ClassDef, scope: StubScope) -> str:
    parts = [scope.annotation(base, scope.module) for base in node.bases]
    parts += [
        f"{keyword.arg}={ast.unparse(keyword.value)}"
        for keyword in node.keywords
        if keyword.arg is not None and scope.is_plain(keyword.value)
    ]
    return f"({', '.join(parts)})" if parts else ""


def _names(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield statement.name
    for target in _targets(statement):
        yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name))


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign | ast.For) else []


def latest(statements: list[ast.stmt]) -> list[ast.stmt]:
    """
    Return *statements* without those whose names are all bound again later.

    Overloads are kept, and so are decorated definitions, such as the accessors of properties.
    """
    overloaded = {name for node in statements if is_overload(node) for name in bound_names(node)}
    kept: list[ast.stmt] = []
    later: set[str] = set()
    for node in reversed(statements):
        names = set(bound_names(node))
        if names and names <= overloaded and not is_overload(node):
            continue  # a stub has no implementation besides the overloads
        repeats = isinstance(node, ast.AugAssign | ast.Import) or bool(getattr(node, "decorator_list", ()))
        if names and names <= later and not repeats:
            continue
        later |= names
        kept.append(node)
    return kept[::-1]


def is_overload(statement: ast.stmt) -> bool:
    """
    Return whether a statement is one of several signatures of a function.
    """
    decorators = statement.decorator_list if isinstance(statement, _METHODS) else ()
    return any(last_name(decorator) == "overload" for decorator in decorators)


def statement_lines(
    statement: ast.stmt, scope: StubScope, operator: OperatorClass | None = None
) -> list[str]:
    """
    Return the lines of a statement in the body of a class or a module; imports are left to the caller.
    """
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        if operator is not None and statement.name == "__init__":
            return _constructor(operator, scope)
        return function_lines(statement, scope)
    if isinstance(statement, ast.ClassDef):
        return class_lines(statement, scope)
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [_annotated(statement, statement.target.id, scope)]
    if isinstance(statement, ast.Assign):
        return _assigned(statement, scope)
    if isinstance(statement, ast.For):
        return [f"{name}: {scope.any()}" for name in _names(statement)]
    if isinstance(statement, ast.AugAssign) and getattr(statement.target, "id", "") == "__all__":
        return [ast.unparse(statement)] if scope.is_plain(statement.value) else []
    return []


def _annotated(statement: ast.AnnAssign, name: str, scope: StubScope) -> str:
    annotation = scope.annotation(statement.annotation, scope.module)
    if statement.value is None:
        return f"{name}: {annotation}"
    kind = last_name(statement.annotation)
    needs_value = kind in {"Final", "TypeAlias"} or _is_field(statement.value)
    if (needs_value and scope.is_plain(statement.value)) or _is_strings(statement.value):
        return f"{name}: {annotation} = {ast.unparse(statement.value)}"
    if kind in {"Final", "TypeAlias"}:
        return f"{name}: {scope.any()}"
    return f"{name}: {optional(annotation, statement.value, scope)} = ..."


def _is_field(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in {"field", "ib", "attrib", "Field"}


def _is_strings(node: ast.expr) -> bool:
    return isinstance(node, ast.Tuple | ast.List) and all(
        isinstance(element, ast.Constant) and isinstance(element.value, str) for element in node.elts
    )


def _assigned(statement: ast.Assign, scope: StubScope) -> list[str]:
    names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement.value, ast.List | ast.Dict) and ast.unparse(statement.value) in {"[]", "{}"}:
        kind = (
            f"list[{scope.any()}]"
            if isinstance(statement.value, ast.List)
            else f"dict[{scope.any()}, {scope.any()}]"
        )
        return [f"{name}: {kind}" for name in names]
    if len(names) == len(statement.targets) and scope.is_plain(statement.value):
        return [ast.unparse(statement)]
    every = [name for target in statement.targets for name in _stored(target)]
    return [f"{name}: {scope.any()}" for name in every if name != "__slots__"]


def _stored(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _instance_attributes(node: ast.ClassDef, statements: list[ast.stmt], scope: StubScope) -> Iterator[str]:
    """
    Yield the attributes that the methods of a class set, and none of its bases has.
    """
    known = {name for statement in statements for name in _names(statement)}
    inherited = _inherited(node, scope)
    types: dict[str, str] = {}
    for method in (statement for statement in statements if isinstance(statement, _METHODS)):
        for name, annotation in _set_in(method, scope):
            if name not in known and name not in inherited:
                types[name] = annotation if types.get(name, annotation) == annotation else scope.any()
    has_fields = any(last_name(decorator) in _MAKES_FIELDS for decorator in node.decorator_list)
    for name, annotation in types.items():
        if name.startswith("__"):
            continue
        # A plain annotation would be one more argument of such a class.
        yield f"{name}: {scope.class_var(annotation) if has_fields else annotation}"


def _set_in(method: FunctionNode, scope: StubScope) -> Iterator[tuple[str, str]]:
    args = method.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    if not every:
        return
    own, parameters = every[0].arg, {arg.arg: arg.annotation for arg in every[1:]}
    for part in ast.walk(method):
        if not isinstance(part, ast.Assign | ast.AnnAssign):
            continue
        for target in _targets(part):
            if isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == own:
                yield target.attr, _attribute_type(part, parameters, scope)


def _attribute_type(
    node: ast.Assign | ast.AnnAssign, parameters: dict[str, ast.expr | None], scope: StubScope
) -> str:
    if isinstance(node, ast.AnnAssign):
        return scope.annotation(node.annotation, scope.module)
    written = parameters.get(node.value.id) if isinstance(node.value, ast.Name) else None
    if written is not None:
        return scope.annotation(written, scope.module)
    return scope.any()


def _inherited(node: ast.ClassDef, scope: StubScope) -> frozenset[str]:
    """
    Return the names of all attributes of the bases of a class.
    """
    names: set[str] = set()
    for expression in node.bases:
        base = definition_in(scope.module, expression)
        if base is not None:
            names |= _attributes(base, 0)
    return frozenset(names)


@functools.cache
def _attributes(definition: Definition, depth: int) -> frozenset[str]:
    node = definition.node
    if not isinstance(node, ast.ClassDef) or depth > _MAX_DEPTH:
        return frozenset()
    names = {name for statement in taken(node.body) for name in _names(statement)}
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
            names.add(part.attr)
    for expression in node.bases:
        base = definition_in(definition.module, expression)
        if base is not None:
            names |= _attributes(base, depth + 1)
    return frozenset(names)
