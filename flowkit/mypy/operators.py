"""
The arguments of `operator(…)`: those of all constructors of the class.
"""

from __future__ import annotations

import difflib
from typing import Final

from mypy.errorcodes import ARG_TYPE, CALL_ARG, ErrorCode
from mypy.nodes import (
    ARG_NAMED_OPT,
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
    CallExpr,
    Expression,
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
    TypeOfAny,
    TypeType,
    get_proper_type,
)

from flowkit.analysis.constructor_chain import SET_BY_FLOWKIT
from flowkit.mypy.constructor_types import Argument, ConstructorChain, chain_of
from flowkit.mypy.inherited_names import inherited_names
from flowkit.rules.messages import set_by_class, set_by_flowkit, task_option

OVER: Final = "flowkit.builders.mapping._Over"

MIN_SIMILARITY: Final = 0.75
"""Of two names, one of which may be a misspelling of the other: `difflib`'s ratio, as mypy itself uses it."""

SENSOR_MODES: Final = ("poke", "reschedule")

TASK_OPTION: Final = ErrorCode("task-option", "Check that options are given to the task", "flowkit")


def operator_signature(ctx: FunctionSigContext) -> CallableType:
    """
    Return the signature of `operator` for the class in the call.
    """
    info = _class_in(ctx)
    chain = None if info is None else chain_of(info, ctx.api)
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
    rest = [any_type] if chain.constructor.open else []
    return ctx.default_signature.copy_modified(
        arg_types=[first, *(annotation for _, annotation in own.values()), *rest],
        arg_kinds=[ARG_POS, *(kind for kind, _ in own.values()), *(ARG_STAR2 for _ in rest)],
        arg_names=[None, *own, *(None for _ in rest)],
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
    if name in chain.constructor.fixed:
        return " ".join(set_by_class(operator, name, chain.constructor.fixed[name])), CALL_ARG
    if name in chain.options:
        return " ".join(task_option(call, name, f"task(…, {call}, {name}=…)")), TASK_OPTION
    if difflib.get_close_matches(name, chain.own, 1, MIN_SIMILARITY):
        return None  # mypy itself reports it
    if chain.constructor.open:
        return None
    for option in difflib.get_close_matches(name, chain.options, 1, MIN_SIMILARITY):
        return (
            f'Unexpected keyword argument "{name}" for "{operator}"; did you mean "{option}"? '
            f"It is an option of the task: write task(…, {call}, {option}=…)"
        ), CALL_ARG
    return None
