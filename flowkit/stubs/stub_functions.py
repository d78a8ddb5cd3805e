"""
Functions and methods in a stub: the signature, and the docstring.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from flowkit.analysis.class_order import last_name
from flowkit.stubs.stub_scope import StubScope

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"

INDENT: Final = "    "
_MAX_LINE: Final = 110
_MAX_DEFAULT: Final = 60
# Methods of the fields of attrs, which are declared with their types in a stub.
_OF_ATTRS: Final = {"default", "validator"}
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def function_lines(node: FunctionNode, scope: StubScope) -> list[str]:
    """
    Return the lines of a function in the stub.
    """
    decorators = [
        f"@{ast.unparse(decorator)}"
        for decorator in node.decorator_list
        if node.name != "__init__" and last_name(decorator) not in _OF_ATTRS and scope.keeps(decorator)
    ]
    keyword = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    result = _result(node, scope)
    arrow = f" -> {result}" if result else ""
    lines = definition_lines(f"{keyword} {node.name}", _parameters(node.args, scope), arrow)
    return [*decorators, *with_docstring(lines, ast.get_docstring(node))]


def definition_lines(head: str, parameters: Sequence[str], arrow: str) -> list[str]:
    """
    Return the lines of a signature, without the body.
    """
    line = f"{head}({', '.join(parameters)}){arrow}:"
    if len(line) <= _MAX_LINE - len(INDENT):
        return [line]
    return [f"{head}(", *(f"{INDENT}{parameter}," for parameter in parameters), f"){arrow}:"]


def with_docstring(lines: list[str], docstring: str | None) -> list[str]:
    """
    Return the lines of a function without a body, but with its docstring.
    """
    if not docstring or not docstring.strip():
        return [*lines[:-1], f"{lines[-1]} ..."]
    return [*lines, *docstring_lines(docstring, INDENT)]


def docstring_lines(docstring: str, indent: str) -> list[str]:
    """
    Return the lines of a docstring.
    """
    text = docstring.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    body = textwrap.indent(text.strip("\n"), indent)
    return [f'{indent}"""', *(line.rstrip() for line in body.split("\n")), f'{indent}"""']


def _parameters(args: ast.arguments, scope: StubScope) -> list[str]:
    positional = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(args.defaults))
    parts = [
        parameter_text(arg, default, scope)
        for arg, default in zip(positional, [*defaults, *args.defaults], strict=True)
    ]
    if args.posonlyargs:
        parts.insert(len(args.posonlyargs), "/")
    if args.vararg is not None:
        parts.append(f"*{parameter_text(args.vararg, None, scope)}")
    elif args.kwonlyargs:
        parts.append("*")
    parts += [
        parameter_text(arg, default, scope)
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
    ]
    if args.kwarg is not None:
        parts.append(f"**{parameter_text(args.kwarg, None, scope)}")
    return parts


def parameter_text(arg: ast.arg, default: ast.expr | None, scope: StubScope) -> str:
    """
    Return a parameter in the stub.
    """
    if arg.annotation is None or (arg.arg == "self" and scope.is_class(arg.annotation)):
        return arg.arg if default is None else f"{arg.arg}={default_text(default)}"
    annotation = optional(scope.annotation(arg.annotation, scope.module), default, scope)
    return f"{arg.arg}: {annotation}" + ("" if default is None else f" = {default_text(default)}")


def default_text(node: ast.expr | None) -> str:
    """
    Return a default in the stub: itself if it is a short plain value, else `...`.
    """
    value = node.operand if isinstance(node, ast.UnaryOp) else node
    if node is not None and isinstance(value, ast.Constant) and len(repr(value.value)) <= _MAX_DEFAULT:
        return ast.unparse(node)
    return "..."


def optional(annotation: str, default: ast.expr | None, scope: StubScope) -> str:
    """
    Return an annotation that allows `None` where that is the default.
    """
    if not isinstance(default, ast.Constant) or default.value is not None:
        return annotation
    allows = any(word in annotation for word in ("None", "Optional")) or annotation in {scope.any(), "object"}
    return annotation if allows else f"{annotation} | None"


def _result(node: FunctionNode, scope: StubScope) -> str:
    if node.returns is not None:
        return scope.annotation(node.returns, scope.module)
    if node.name == "__init__":
        return "None"
    if node.name == "__getattr__":
        return scope.any()
    inner = list(_own_nodes(node))
    values = [part.value for part in inner if isinstance(part, ast.Return) and part.value is not None]
    if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in inner):
        return ""
    if not values:
        # What a base class leaves to others may return something there.
        return (
            ""
            if all(map(_is_empty, node.body)) or isinstance(node.body[-1], ast.Raise) or node.decorator_list
            else "None"
        )
    types = {type(getattr(value, "value", None)) for value in values if isinstance(value, ast.Constant)}
    plain = len(types) == 1 and all(isinstance(value, ast.Constant) for value in values)
    return next(iter(types)).__name__ if plain and types <= {bool, str} else ""


def _is_empty(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass | ast.Raise) or isinstance(getattr(node, "value", None), ast.Constant)


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _SCOPES):
            yield child
            yield from _own_nodes(child)
