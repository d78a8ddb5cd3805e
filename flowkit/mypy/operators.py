"""
The arguments of `operator(…)`: those of all constructors of the class.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, final

import attrs
from mypy.erasetype import erase_typevars
from mypy.errorcodes import ARG_TYPE, CALL_ARG, ErrorCode
from mypy.nodes import (
    ARG_NAMED,
    ARG_NAMED_OPT,
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
    ArgKind,
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    MemberExpr,
    StrExpr,
    TypeInfo,
)
from mypy.plugin import CheckerPluginInterface, FunctionSigContext
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    Overloaded,
    Type,
    TypeOfAny,
    TypeType,
    get_proper_type,
)

from flowkit.rules.signatures import SET_BY_FLOWKIT

Argument: TypeAlias = tuple[ArgKind, Type]
"""Whether it can be left out, and its type."""

OVER: Final = "flowkit.builders.mapping._Over"

NEAR: Final = 0.75
"""How alike two names are where one may be meant by the other; mypy's own measure."""

SENSOR_MODES: Final = ("poke", "reschedule")

TASK_OPTION: Final = ErrorCode("task-option", "Check that options are given to the task", "flowkit")


@final
@attrs.frozen
class Chain:
    """
    What the constructors of an operator take, from its own class up to Airflow's `BaseOperator`.
    """

    own: Mapping[str, Argument]
    """The arguments of the operator and its bases."""

    options: Mapping[str, Argument]
    """What every task takes: it belongs to `task(…)`."""


def operator_signature(ctx: FunctionSigContext) -> CallableType:
    """
    Return the signature of `operator` for the class that stands in the call.
    """
    info = _class_in(ctx)
    chain = None if info is None else chain_of(info)
    if info is None or chain is None:
        return ctx.default_signature

    any_type = AnyType(TypeOfAny.special_form)
    own = {**chain.own, **_misplaced(ctx, info, chain)}
    first = get_proper_type(ctx.default_signature.arg_types[0])
    if isinstance(first, CallableType):
        first = first.copy_modified(
            arg_types=[any_type, any_type],
            arg_kinds=[ARG_STAR, ARG_STAR2],
            arg_names=[None, None],
            is_ellipsis_args=True,
        )
    return ctx.default_signature.copy_modified(
        arg_types=[first, *(found for _, found in own.values())],
        arg_kinds=[ARG_POS, *(kind for kind, _ in own.values())],
        arg_names=[None, *own],
        variables=[],
        # The arguments are the operator's: so say the messages.
        name=info.name,
        definition=None,
    )


def _class_in(ctx: FunctionSigContext) -> TypeInfo | None:
    if not ctx.args or len(ctx.args[0]) != 1:
        return None
    found = get_proper_type(ctx.api.get_expression_type(ctx.args[0][0]))
    if isinstance(found, Overloaded):
        found = found.items[0]
    if isinstance(found, CallableType) and found.is_type_obj():
        return found.type_object()
    if isinstance(found, TypeType) and isinstance(found.item, Instance):
        return found.item.type
    return None


def chain_of(info: TypeInfo) -> Chain | None:
    """
    Return what the constructors of an operator take; `None` where the types do not say it.
    """
    base = next((cls for cls in info.mro if _is_base(cls)), None)
    if base is None or info.fallback_to_any:
        return None

    own: dict[str, Argument] = {}
    required = True
    for cls in info.mro[: info.mro.index(base)]:
        if "__init__" not in cls.names:
            continue
        init = _constructor(cls)
        if init is None:
            return None
        for name, kind, found in _named(init):
            # A constructor gives to those behind it what they require, or lets the author do so.
            own.setdefault(name, (ARG_NAMED if required and kind.is_required() else ARG_NAMED_OPT, found))
        required = False
        # A class that is mixed in has a constructor of its own, which ends nothing.
        if ARG_STAR2 not in init.arg_kinds and base in cls.mro:
            break

    options = _options(base)
    # An argument that bears the name of an option may as well be given to the task.
    own.update({name: (ARG_NAMED_OPT, own[name][1]) for name in own.keys() & options.keys()})
    return Chain(_free(own), options)


_known: list[tuple[object, Mapping[str, Argument]]] = []
"""The constructor of `BaseOperator` that was asked for last, and what it takes: all operators share it."""


def _options(base: TypeInfo) -> Mapping[str, Argument]:
    symbol = base.names.get("__init__")
    node = symbol.node if symbol else None
    written = node.type if isinstance(node, FuncDef) else None
    if written is not None and _known and _known[0][0] is written:
        return _known[0][1]
    last = _constructor(base)
    options = {name: (ARG_NAMED_OPT, found) for name, _, found in (_named(last) if last else ())}
    # flowkit's own, which Airflow does not know.
    options["pod"] = (ARG_NAMED_OPT, AnyType(TypeOfAny.special_form))
    _known[:] = [(written, _free(options))]
    return _known[0][1]


def _free(arguments: Mapping[str, Argument]) -> dict[str, Argument]:
    return {name: argument for name, argument in arguments.items() if name not in SET_BY_FLOWKIT}


def _is_base(cls: TypeInfo) -> bool:
    return cls.name == "BaseOperator" and cls.module_name.split(".")[0] == "airflow"


def _constructor(cls: TypeInfo) -> CallableType | None:
    symbol = cls.names.get("__init__")
    node = symbol.node if symbol else None
    if isinstance(node, Decorator):
        decorated = get_proper_type(node.var.type)
        return decorated.with_unpacked_kwargs() if isinstance(decorated, CallableType) else None
    if not isinstance(node, FuncDef):
        return None
    written = get_proper_type(node.type)
    if isinstance(written, CallableType):
        return written.with_unpacked_kwargs()
    any_type = AnyType(TypeOfAny.unannotated)
    return CallableType(
        [any_type for _ in node.arg_names],
        node.arg_kinds,
        node.arg_names,
        any_type,
        Instance(cls, []),
    )


def _named(init: CallableType) -> Iterator[tuple[str, ArgKind, Type]]:
    # The first one is the instance.
    for name, kind, found in list(zip(init.arg_names, init.arg_kinds, init.arg_types, strict=True))[1:]:
        if name is not None and not kind.is_star():
            # What a generic class is made of, its call does not say.
            yield name, kind, erase_typevars(found)


def _misplaced(ctx: FunctionSigContext, info: TypeInfo, chain: Chain) -> dict[str, Argument]:
    """
    Report the arguments that belong elsewhere, and return them: mypy has nothing to add to the message.
    """
    call = ctx.context
    found: dict[str, Argument] = {}
    if not isinstance(call, CallExpr):
        return found
    for name, value in zip(call.arg_names, call.args, strict=True):
        if name == "mode" and _is_no_mode(info, value):
            modes = " or ".join(f'"{mode}"' for mode in SENSOR_MODES)
            ctx.api.fail(f"The mode of {info.name} is {modes}", value, code=ARG_TYPE)
        if name is None or name in chain.own:
            continue
        if name in chain.options and is_over(value, ctx.api):
            found[name] = chain.options[name]  # Airflow maps options as well as arguments
            continue
        said = _hint(name, info.name, chain)
        if said is not None:
            message, code = said
            ctx.api.fail(message, value, code=code)
            found[name] = (ARG_NAMED_OPT, AnyType(TypeOfAny.from_error))
    return found


def _is_no_mode(info: TypeInfo, value: Expression) -> bool:
    # Airflow looks at the mode when a sensor is made.
    is_sensor = any(cls.name == "BaseSensorOperator" for cls in info.mro)
    return is_sensor and isinstance(value, StrExpr) and value.value not in SENSOR_MODES


def is_over(value: Expression, api: CheckerPluginInterface) -> bool:
    """
    Return whether an argument is mapped.
    """
    if not isinstance(value, CallExpr):
        return False
    called = value.callee
    # `over(…)` and `over.zip(…)`.
    locations = [called, called.expr] if isinstance(called, MemberExpr) else [called]
    found = [get_proper_type(api.get_expression_type(location)) for location in locations]
    return any(isinstance(one, Instance) and one.type.fullname == OVER for one in found)


def _hint(name: str, operator: str, chain: Chain) -> tuple[str, ErrorCode] | None:
    call = f"operator({operator}, …)"
    if name == "task_id":
        return f'"task_id" is no argument of operator(): write task("…", {call})', TASK_OPTION
    if name in SET_BY_FLOWKIT:
        return f'"{name}" is set by flowkit: leave it out of {call}', TASK_OPTION
    if name in chain.options:
        message = f'"{name}" is an option of the task, not of {operator}: write task(…, {call}, {name}=…)'
        return message, TASK_OPTION
    if difflib.get_close_matches(name, chain.own, 1, NEAR):
        return None  # mypy says the same
    for option in difflib.get_close_matches(name, chain.options, 1, NEAR):
        return (
            f'Unexpected keyword argument "{name}" for "{operator}"; did you mean "{option}"? '
            f"It is an option of the task: write task(…, {call}, {option}=…)"
        ), CALL_ARG
    return None
