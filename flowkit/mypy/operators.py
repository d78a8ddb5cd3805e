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

from flowkit.analysis.constructor_chain import SET_BY_FLOWKIT
from flowkit.mypy.inherited_names import inherited_names
from flowkit.rules.messages import set_by_flowkit, task_option

Argument: TypeAlias = tuple[ArgKind, Type]
"""Whether it is required, and its type."""

OVER: Final = "flowkit.builders.mapping._Over"

MIN_SIMILARITY: Final = 0.75
"""Of two names, one of which may be a misspelling of the other: `difflib`'s ratio, as mypy itself uses it."""

SENSOR_MODES: Final = ("poke", "reschedule")

TASK_OPTION: Final = ErrorCode("task-option", "Check that options are given to the task", "flowkit")


@final
@attrs.frozen
class ConstructorChain:
    """
    The arguments of all constructors of an operator, from its own class up to Airflow's `BaseOperator`.
    """

    own: Mapping[str, Argument]
    """The arguments of the operator and its bases."""

    options: Mapping[str, Argument]
    """The options of every task, which belong in `task(…)`."""


def operator_signature(ctx: FunctionSigContext) -> CallableType:
    """
    Return the signature of `operator` for the class in the call.
    """
    info = _class_in(ctx)
    chain = None if info is None else chain_of(info)
    if info is None or chain is None:
        return ctx.default_signature

    any_type = AnyType(TypeOfAny.special_form)
    inherited = inherited_names(ctx)
    own = {
        name: (ARG_NAMED_OPT, annotation) if name in inherited else (kind, annotation)
        for name, (kind, annotation) in {**chain.own, **_misplaced(ctx, info, chain)}.items()
    }
    first = get_proper_type(ctx.default_signature.arg_types[0])
    if isinstance(first, CallableType):
        first = first.copy_modified(
            arg_types=[any_type, any_type],
            arg_kinds=[ARG_STAR, ARG_STAR2],
            arg_names=[None, None],
            is_ellipsis_args=True,
        )
    return ctx.default_signature.copy_modified(
        arg_types=[first, *(annotation for _, annotation in own.values())],
        arg_kinds=[ARG_POS, *(kind for kind, _ in own.values())],
        arg_names=[None, *own],
        variables=[],
        # mypy's messages then name the operator.
        name=info.name,
        definition=None,
    )


def _class_in(ctx: FunctionSigContext) -> TypeInfo | None:
    if not ctx.args or len(ctx.args[0]) != 1:
        return None
    argument = get_proper_type(ctx.api.get_expression_type(ctx.args[0][0]))
    if isinstance(argument, Overloaded):
        argument = argument.items[0]
    if isinstance(argument, CallableType) and argument.is_type_obj():
        return argument.type_object()
    if isinstance(argument, TypeType) and isinstance(argument.item, Instance):
        return argument.item.type
    return None


def chain_of(info: TypeInfo) -> ConstructorChain | None:
    """
    Return the arguments of the constructors of an operator; `None` if the types do not show them.
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
        for name, kind, annotation in _named(init):
            # A constructor passes what its bases require, or the author does.
            own.setdefault(
                name, (ARG_NAMED if required and kind.is_required() else ARG_NAMED_OPT, annotation)
            )
        required = False
        # The constructor of a mixin does not end the chain.
        if ARG_STAR2 not in init.arg_kinds and base in cls.mro:
            break

    options = _options(base)
    # An argument with the name of an option can be passed to the task instead.
    own.update({name: (ARG_NAMED_OPT, own[name][1]) for name in own.keys() & options.keys()})
    return ConstructorChain(_settable(own), options)


_base_options: list[tuple[object, Mapping[str, Argument]]] = []
"""The last constructor of `BaseOperator`, and its arguments: all operators share it."""


def _options(base: TypeInfo) -> Mapping[str, Argument]:
    symbol = base.names.get("__init__")
    node = symbol.node if symbol else None
    written = node.type if isinstance(node, FuncDef) else None
    if written is not None and _base_options and _base_options[0][0] is written:
        return _base_options[0][1]
    init = _constructor(base)
    options = {name: (ARG_NAMED_OPT, annotation) for name, _, annotation in (_named(init) if init else ())}
    # flowkit's own option, unknown to Airflow.
    options["pod"] = (ARG_NAMED_OPT, AnyType(TypeOfAny.special_form))
    _base_options[:] = [(written, _settable(options))]
    return _base_options[0][1]


def _settable(arguments: Mapping[str, Argument]) -> dict[str, Argument]:
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
    # The first one is `self`.
    for name, kind, annotation in list(zip(init.arg_names, init.arg_kinds, init.arg_types, strict=True))[1:]:
        if name is not None and not kind.is_star():
            # The call does not show the type arguments of a generic class.
            yield name, kind, erase_typevars(annotation)


def _misplaced(ctx: FunctionSigContext, info: TypeInfo, chain: ConstructorChain) -> dict[str, Argument]:
    """
    Report the arguments that belong elsewhere, and return them, so that mypy does not report them again.
    """
    call = ctx.context
    reported: dict[str, Argument] = {}
    if not isinstance(call, CallExpr):
        return reported
    for name, value in zip(call.arg_names, call.args, strict=True):
        if name == "mode" and _is_invalid_mode(info, value):
            modes = " or ".join(f'"{mode}"' for mode in SENSOR_MODES)
            ctx.api.fail(f"The mode of {info.name} must be {modes}", value, code=ARG_TYPE)
        if name is None or name in chain.own:
            continue
        if name in chain.options and is_over(value, ctx.api):
            reported[name] = chain.options[name]  # Airflow maps options as well as arguments
            continue
        misplaced = _misplaced_message(name, info.name, chain)
        if misplaced is not None:
            message, code = misplaced
            ctx.api.fail(message, value, code=code)
            reported[name] = (ARG_NAMED_OPT, AnyType(TypeOfAny.from_error))
    return reported


def _is_invalid_mode(info: TypeInfo, value: Expression) -> bool:
    # Airflow checks the mode when it creates the sensor.
    is_sensor = any(cls.name == "BaseSensorOperator" for cls in info.mro)
    return is_sensor and isinstance(value, StrExpr) and value.value not in SENSOR_MODES


def is_over(value: Expression, api: CheckerPluginInterface) -> bool:
    """
    Return whether an argument is `over(…)` or `over.zip(…)`.
    """
    if not isinstance(value, CallExpr):
        return False
    callee = value.callee
    expressions = [callee, callee.expr] if isinstance(callee, MemberExpr) else [callee]
    types = [get_proper_type(api.get_expression_type(expression)) for expression in expressions]
    return any(isinstance(kind, Instance) and kind.type.fullname == OVER for kind in types)


def _misplaced_message(name: str, operator: str, chain: ConstructorChain) -> tuple[str, ErrorCode] | None:
    call = f"operator({operator}, …)"
    if name in SET_BY_FLOWKIT:
        return " ".join(set_by_flowkit(call, name)), TASK_OPTION
    if name in chain.options:
        return " ".join(task_option(call, name, f"task(…, {call}, {name}=…)")), TASK_OPTION
    if difflib.get_close_matches(name, chain.own, 1, MIN_SIMILARITY):
        return None  # mypy itself reports it
    for option in difflib.get_close_matches(name, chain.options, 1, MIN_SIMILARITY):
        return (
            f'Unexpected keyword argument "{name}" for "{operator}"; did you mean "{option}"? '
            f"It is an option of the task: write task(…, {call}, {option}=…)"
        ), CALL_ARG
    return None
