"""
Functions that become tasks: their parameters, and whether Airflow can store their results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from mypy.nodes import ARG_STAR2, DictExpr, ListExpr, StrExpr, TypeInfo
from mypy.plugin import AttributeContext, FunctionContext, FunctionSigContext
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    NoneType,
    ProperType,
    Type,
    TypedDictType,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from flowkit.base.airflow_versions import CONTEXT_KEYS
from flowkit.mypy.mapped_calls import check_each_group, check_order
from flowkit.mypy.operators import is_over
from flowkit.mypy.statements import CODE
from flowkit.rules.messages import (
    Message,
    context_key_default,
    mapped_native,
    mapping_keys,
    raw_bytes,
    single_use,
    unexpected_argument,
)

OUTPUT: Final = "flowkit.builders.task.Task.output"

_GROUP: Final = "flowkit.builders.group.Group"
_SINGLE_USE: Final = {
    "typing.Iterator",
    "typing.Generator",
    "typing.AsyncIterator",
    "typing.AsyncGenerator",
}
_BYTES: Final = {"builtins.bytes", "builtins.bytearray", "builtins.memoryview"}


def check_python(ctx: FunctionContext) -> Type:
    """
    Check that Airflow accepts the function of `python`, and that its arguments are not mapped.
    """
    _check_parameters(ctx)
    _check_result(ctx, "python", "Call it yourself, and place the group with .then(…).")
    _check_no_over(
        ctx, "python() cannot map over(…). Write each(fn, over(…)), which calls the function for each item."
    )
    return ctx.default_return_type


def check_native(ctx: FunctionContext) -> Type:
    """
    Check that the arguments of `native` are not mapped.
    """
    function = _function(ctx)
    name = (function.name if function else None) or "fn"
    _check_no_over(ctx, " ".join(mapped_native(name.partition(" of ")[0])))
    return ctx.default_return_type


def _check_no_over(ctx: FunctionContext, message: str) -> None:
    for argument in (argument for arguments in ctx.args[1:] for argument in arguments):
        if is_over(argument, ctx.api):
            ctx.api.fail(message, argument, code=CODE)


def check_each(ctx: FunctionContext) -> Type:
    """
    Check that Airflow accepts the function of `each`.
    """
    _check_parameters(ctx)
    _check_result(ctx, "each", "Write each_group(fn, over(…)).")
    check_order(ctx)
    return ctx.default_return_type


def _check_sets(ctx: FunctionContext) -> Type:
    function = _function(ctx)
    sets = ctx.args[1][0] if len(ctx.args) > 1 and ctx.args[1] else None
    if function is None or function.is_type_obj() or ARG_STAR2 in function.arg_kinds:
        return ctx.default_return_type
    known = [name for name in function.arg_names if name is not None]
    for kwargs in sets.items if isinstance(sets, ListExpr) else ():
        for key, _ in kwargs.items if isinstance(kwargs, DictExpr) else ():
            if isinstance(key, StrExpr) and key.value not in known:
                callee = f"{function.name}()" if function.name else "The function"
                message, hint = unexpected_argument(callee, key.value, known, otherwise="Leave it out.")
                ctx.api.fail(f"{message} {hint}", key, code=CODE)
    return ctx.default_return_type


def without_bound(ctx: FunctionSigContext) -> CallableType:
    """
    Return the signature, for a function that returns a group without the bound of the result's type variable.

    The bound rejects groups as well, with a message about type variables, and only outside of other calls.
    """
    signature = ctx.default_signature
    if not ctx.args or not ctx.args[0]:
        return signature
    function = get_proper_type(ctx.api.get_expression_type(ctx.args[0][0]))
    if not isinstance(function, CallableType) or not _returns_group(function):
        return signature
    anything = ctx.api.named_generic_type("builtins.object", [])
    variables = [
        one.copy_modified(upper_bound=anything) if isinstance(one, TypeVarType) else one
        for one in signature.variables
    ]
    return signature.copy_modified(variables=variables)


def _returns_group(function: CallableType) -> bool:
    result = get_proper_type(function.ret_type)
    return isinstance(result, Instance) and result.type.fullname == _GROUP


def _check_result(ctx: FunctionContext, word: str, hint: str) -> None:
    function = _function(ctx)
    if function is not None and _returns_group(function):
        message = f"{word}() calls the function in a task, but this one returns a group. {hint}"
        ctx.api.fail(message, ctx.context, code=CODE)


def _function(ctx: FunctionContext) -> CallableType | None:
    if not ctx.arg_types or not ctx.arg_types[0]:
        return None
    function = get_proper_type(ctx.arg_types[0][0])
    return function if isinstance(function, CallableType) else None


def _check_parameters(ctx: FunctionContext) -> None:
    function = _function(ctx)
    if function is None or function.is_type_obj():
        return
    for name, kind, annotation in zip(
        function.arg_names, function.arg_kinds, function.arg_types, strict=True
    ):
        # A default of None shows in the type.
        if name in CONTEXT_KEYS and kind.is_optional() and not _accepts_none(get_proper_type(annotation)):
            message, hint = context_key_default(function.name or "the function", name or "")
            ctx.api.fail(f"{message} {hint}", ctx.context, code=CODE)


def _accepts_none(annotation: ProperType) -> bool:
    union = annotation.items if isinstance(annotation, UnionType) else [annotation]
    return any(isinstance(get_proper_type(part), AnyType | NoneType) for part in union)


def check_output(ctx: AttributeContext) -> Type:
    """
    Check that the output of a task arrives unchanged in the task that uses it.
    """
    for reason, hint in _xcom_losses(get_proper_type(ctx.default_attr_type)):
        ctx.api.fail(f"The function of this task returns {reason}. {hint}", ctx.context, code=CODE)
    return ctx.default_attr_type


def _xcom_losses(value: ProperType) -> Iterator[Message]:
    if isinstance(value, UnionType):
        for part in value.items:
            yield from _xcom_losses(get_proper_type(part))
    if isinstance(value, TypedDictType) or not isinstance(value, Instance):
        return
    name = value.type.fullname
    if name in _SINGLE_USE:
        yield single_use(value.type.name)
    elif name in _BYTES:
        yield raw_bytes(value.type.name)
    elif _is_mapping(value.type) and value.args:
        key = get_proper_type(value.args[0])
        if isinstance(key, Instance) and key.type.fullname in {
            "builtins.int",
            "builtins.float",
            "builtins.bool",
        }:
            yield mapping_keys(key.type.name)


def _is_mapping(info: TypeInfo) -> bool:
    return info.fullname in {"builtins.dict", "typing.Mapping", "typing.MutableMapping"}


FUNCTION_CHECKS: Final[dict[str, Callable[[FunctionContext], Type]]] = {
    "flowkit.builders.action.python": check_python,
    "flowkit.builders.native.native": check_native,
    "flowkit.builders.action.python_async": check_python,
    "flowkit.builders.mapping.each": check_each,
    "flowkit.builders.mapping.each_group": check_each_group,
    "flowkit.builders.mapping.each_group_kwargs": _check_sets,
    "flowkit.builders.mapping.each_kwargs": _check_sets,
}
"""The check of each function that takes a function for a task."""
