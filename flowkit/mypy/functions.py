"""
Functions that become tasks: what they cannot take, and what they cannot hand on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mypy.nodes import ARG_STAR2, DictExpr, ListExpr, StrExpr, TypeInfo
from mypy.plugin import AttributeContext, FunctionContext
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    NoneType,
    ProperType,
    Type,
    TypedDictType,
    UnionType,
    get_proper_type,
)

from flowkit.base.airflow_versions import CONTEXT_KEYS
from flowkit.base.suggestions import did_you_mean
from flowkit.mypy.operators import is_over
from flowkit.mypy.statements import CODE

PYTHON: Final = ("flowkit.builders.action.python", "flowkit.builders.action.python_async")
EACH: Final = "flowkit.builders.mapping.each"
SETS: Final = "flowkit.builders.mapping.each_kwargs"
OUTPUT: Final = "flowkit.builders.task.Task.output"

_GROUP: Final = "flowkit.builders.group.Group"
_ONCE: Final = {
    "typing.Iterator",
    "typing.Generator",
    "typing.AsyncIterator",
    "typing.AsyncGenerator",
}
_RAW: Final = {"builtins.bytes", "builtins.bytearray", "builtins.memoryview"}


def check_python(ctx: FunctionContext) -> Type:
    """
    Check that the arguments of `python` are not mapped, and that Airflow takes the function.
    """
    _check_parameters(ctx)
    _check_result(ctx, "python", "call it yourself, and place the group with .then(…)")
    for argument in (one for given in ctx.args[1:] for one in given):
        if is_over(argument, ctx.api):
            message = "python() maps nothing: write each(fn, over(…)), which calls the function for each item"
            ctx.api.fail(message, argument, code=CODE)
    return ctx.default_return_type


def check_each(ctx: FunctionContext) -> Type:
    """
    Check that Airflow takes the function of `each`.
    """
    _check_parameters(ctx)
    _check_result(ctx, "each", "write each_group(fn, over(…))")
    return ctx.default_return_type


def check_sets(ctx: FunctionContext) -> Type:
    """
    Check the names of the arguments in `each_kwargs(fn, [{…}])`.
    """
    function = _function(ctx)
    sets = ctx.args[1][0] if len(ctx.args) > 1 and ctx.args[1] else None
    if function is None or function.is_type_obj() or ARG_STAR2 in function.arg_kinds:
        return ctx.default_return_type
    known = [name for name in function.arg_names if name is not None]
    for given in sets.items if isinstance(sets, ListExpr) else ():
        for key, _ in given.items if isinstance(given, DictExpr) else ():
            if isinstance(key, StrExpr) and key.value not in known:
                hint = did_you_mean(key.value, known, otherwise="Leave it out.")
                message = f'"{function.name or "the function"}" has no parameter "{key.value}". {hint}'
                ctx.api.fail(message, key, code=CODE)
    return ctx.default_return_type


def _check_result(ctx: FunctionContext, word: str, hint: str) -> None:
    # The bound of the type variable refuses it as well, but not within the call of a method.
    function = _function(ctx)
    made = get_proper_type(function.ret_type) if function else None
    if isinstance(made, Instance) and made.type.fullname == _GROUP:
        message = f"{word}() calls a function in a task, and this one makes a group: {hint}"
        ctx.api.fail(message, ctx.context, code=CODE)


def _function(ctx: FunctionContext) -> CallableType | None:
    if not ctx.arg_types or not ctx.arg_types[0]:
        return None
    found = get_proper_type(ctx.arg_types[0][0])
    return found if isinstance(found, CallableType) else None


def _check_parameters(ctx: FunctionContext) -> None:
    function = _function(ctx)
    if function is None or function.is_type_obj():
        return
    for name, kind, given in zip(function.arg_names, function.arg_kinds, function.arg_types, strict=True):
        # Whether the default is None, its type says.
        if name in CONTEXT_KEYS and kind.is_optional() and not _takes_none(get_proper_type(given)):
            message = (
                f'Parameter "{name}" of "{function.name or "the function"}" has the name of a key of Airflow\'s '
                f"context, and a default of its own: rename it, or write {name}=None"
            )
            ctx.api.fail(message, ctx.context, code=CODE)


def _takes_none(given: ProperType) -> bool:
    parts = [get_proper_type(part) for part in given.items] if isinstance(given, UnionType) else [given]
    return any(isinstance(part, AnyType | NoneType) for part in parts)


def check_output(ctx: AttributeContext) -> Type:
    """
    Check that a value survives its way through Airflow, where a task takes it.
    """
    for message in _lost(get_proper_type(ctx.default_attr_type)):
        ctx.api.fail(f"Airflow cannot hand on the output of this task: {message}", ctx.context, code=CODE)
    return ctx.default_attr_type


def _lost(value: ProperType) -> Iterator[str]:
    if isinstance(value, UnionType):
        for part in value.items:
            yield from _lost(get_proper_type(part))
    if isinstance(value, TypedDictType) or not isinstance(value, Instance):
        return
    name = value.type.fullname
    if name in _ONCE:
        yield f'"{value.type.name}" can be read only once and not stored; return a list'
    elif name in _RAW:
        yield f'"{value.type.name}" cannot be stored; write it to a file or an object store, and return where'
    elif _is_mapping(value.type) and value.args:
        key = get_proper_type(value.args[0])
        if isinstance(key, Instance) and key.type.fullname in {
            "builtins.int",
            "builtins.float",
            "builtins.bool",
        }:
            yield f'keys of type "{key.type.name}" come back as text; use text as keys'


def _is_mapping(info: TypeInfo) -> bool:
    return info.fullname in {"builtins.dict", "typing.Mapping", "typing.MutableMapping"}
