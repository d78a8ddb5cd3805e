"""
Mappings that go wrong in Airflow, as far as one file shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mypy.nodes import (
    AssignmentStmt,
    Block,
    CallExpr,
    Expression,
    ExpressionStmt,
    ForStmt,
    FuncDef,
    IfStmt,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    RefExpr,
    ReturnStmt,
    StrExpr,
    TupleExpr,
    WithStmt,
)
from mypy.plugin import FunctionContext, MethodContext
from mypy.types import Instance, Type, get_proper_type

from flowkit.model.calls import CHOOSING_DECORATORS
from flowkit.mypy.operators import is_over
from flowkit.mypy.statements import CODE

BY: Final = "flowkit.builders.action.Action.by"
EACH_GROUP: Final = "flowkit.builders.mapping.each_group"
OVER: Final = "flowkit.builders.mapping._Over.__call__"
ITEMS: Final = {f"flowkit.builders.mapping._Items.{name}" for name in ("map", "filter", "zip")}

_EACH: Final = {"flowkit.builders.mapping.each", "flowkit.builders.mapping.each_kwargs"}


# mypy's own visitors are compiled, and cannot be inherited from. What is not here is not searched.
_PARTS: Final[Mapping[type[Node], tuple[str, ...]]] = {
    MypyFile: ("defs",),
    Block: ("body",),
    FuncDef: ("body",),
    AssignmentStmt: ("rvalue",),
    ExpressionStmt: ("expr",),
    ReturnStmt: ("expr",),
    IfStmt: ("body", "else_body"),
    ForStmt: ("body",),
    WithStmt: ("body",),
    CallExpr: ("callee", "args"),
    MemberExpr: ("expr",),
    ListExpr: ("items",),
    TupleExpr: ("items",),
}


def _walk(node: object) -> Iterator[object]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item)
        return
    yield node
    for part in _PARTS.get(type(node), ()) if isinstance(node, Node) else ():
        yield from _walk(getattr(node, part))


def _calls_in(node: Node) -> list[CallExpr]:
    return [found for found in _walk(node) if isinstance(found, CallExpr)]


def _values_of(name: NameExpr, tree: MypyFile) -> list[Expression]:
    """
    Return what is assigned to a variable.
    """
    return [
        found.rvalue
        for found in _walk(tree)
        if isinstance(found, AssignmentStmt)
        and any(isinstance(target, NameExpr) and target.node is name.node for target in found.lvalues)
    ]


def check_by(ctx: MethodContext) -> Type:
    """
    Check that no mapped function becomes a branch or a short circuit.
    """
    call = ctx.context
    if isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr) and call.args:
        name = call.args[0]
        if (
            isinstance(name, StrExpr)
            and name.value in CHOOSING_DECORATORS
            and _called(call.callee.expr) in _EACH
        ):
            message = (
                "A mapped branch or short circuit skips nothing. Put it into a group with the tasks that it chooses "
                "from, and map the group: each_group(fn, over(…))."
            )
            ctx.api.fail(message, call, code=CODE)
    return ctx.default_return_type


def check_always(ctx: FunctionContext | MethodContext) -> None:
    """
    Check that no task that is mapped over an output starts without waiting for it.
    """
    call = ctx.context
    if not isinstance(call, CallExpr) or len(call.args) < 2 or _called(call.args[1]) not in _EACH:
        return
    rules = [value for name, value in zip(call.arg_names, call.args, strict=True) if name == "trigger_rule"]
    if not any(isinstance(rule, StrExpr) and rule.value == "always" for rule in rules):
        return
    if any(_mapped_output(argument, ctx) for argument in _arguments(call.args[1])):
        message = (
            "The task is mapped over an output, and trigger_rule='always' would start it before there are items. "
            "Use trigger_rule='all_done'."
        )
        ctx.api.fail(message, call, code=CODE)


def _mapped_output(argument: Expression, ctx: FunctionContext | MethodContext) -> bool:
    inner = argument.args[0] if isinstance(argument, CallExpr) and argument.args else None
    return is_over(argument, ctx.api) and isinstance(inner, MemberExpr) and inner.name == "output"


def check_order(ctx: FunctionContext) -> None:
    """
    Check that `items.concat` is the first of several mapped arguments.
    """
    mapped = [argument for argument in _arguments(ctx.context) if is_over(argument, ctx.api)]
    for argument in mapped[1:]:
        if any(_name(call.callee) == "concat" for call in _calls_in(argument)):
            message = (
                "Airflow computes a wrong length for items.concat(…) after another mapped argument. Let a task return "
                "the concatenated list, and map over its output."
            )
            ctx.api.fail(message, argument, code=CODE)


def check_items(ctx: MethodContext) -> Type:
    """
    Check that the items of a mapping are not taken one by one.
    """
    sources = [
        (expression, get_proper_type(of_type))
        for expressions, types in zip(ctx.args, ctx.arg_types, strict=True)
        for expression, of_type in zip(expressions, types, strict=True)
    ]
    for expression, of_type in sources:
        if isinstance(of_type, Instance) and of_type.type.has_base("typing.Mapping"):
            message = (
                "Airflow looks up the items of a mapping by number, and fails. Let the task return a list of the "
                "pairs: list(mapping.items())."
            )
            ctx.api.fail(message, expression, code=CODE)
    return ctx.default_return_type


def check_over(ctx: MethodContext) -> Type:
    """
    Check that nothing is mapped over the output of a mapped group of the same file.
    """
    source = ctx.args[0][0] if ctx.args and ctx.args[0] else None
    tree = getattr(ctx.api, "tree", None)
    if not isinstance(source, MemberExpr) or source.name != "output" or not isinstance(tree, MypyFile):
        return ctx.default_return_type
    group = source.expr
    if isinstance(group, NameExpr) and group.node is not None:
        made = _values_of(group, tree)
        if made and all(_called(value) == EACH_GROUP for value in made):
            message = (
                "Airflow cannot map over the results of a mapped group. Let a task between them return the output as a "
                "list, and map over what that task returns."
            )
            ctx.api.fail(message, source, code=CODE)
    return ctx.default_return_type


def check_each_group(ctx: FunctionContext) -> Type:
    """
    Check what the function of a mapped group maps, if the same file has it.
    """
    call = ctx.context
    function = call.args[0].node if isinstance(call, CallExpr) and isinstance(call.args[0], RefExpr) else None
    check_order(ctx)
    if not isinstance(call, CallExpr) or not isinstance(function, FuncDef):
        return ctx.default_return_type
    inner = _calls_in(function.body)
    if any(_called(one) in _EACH for one in inner):
        message = (
            f"{function.name}() maps a task within a mapped group, which Airflow does not support. Let one task loop "
            "over the items, or map the group over both: each_group(fn, over(a), over(b))."
        )
        ctx.api.fail(message, call, code=CODE)
    mapped = set(_mapped_parameters(call, function, ctx))
    for one in inner:
        if _called(one) == EACH_GROUP and any(_name(argument) in mapped for argument in one.args[1:]):
            message = (
                f"{function.name}() gives its item to a mapped group within it, which would get a wrong one. Use one "
                "mapped group: each_group(fn, over(a), over(b))."
            )
            ctx.api.fail(message, call, code=CODE)
    return ctx.default_return_type


def _mapped_parameters(call: CallExpr, function: FuncDef, ctx: FunctionContext) -> Iterator[str]:
    for number, (name, argument) in enumerate(zip(call.arg_names[1:], call.args[1:], strict=True)):
        if is_over(argument, ctx.api):
            known = function.arg_names[number] if number < len(function.arg_names) else None
            yield name or known or ""


def _called(node: object) -> str:
    callee = node.callee if isinstance(node, CallExpr) else None
    return callee.fullname if isinstance(callee, RefExpr) else ""


def _name(node: object) -> str:
    return node.name if isinstance(node, NameExpr | MemberExpr) else ""


def _arguments(node: object) -> Iterable[Expression]:
    return node.args[1:] if isinstance(node, CallExpr) else ()
