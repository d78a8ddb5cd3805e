"""
Values that stand in the source, told by mypy: ids, options, settings, cron expressions, and quantities of a pod.

The very code that checks them when the file is loaded is asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from mypy.nodes import (
    CallExpr,
    DictExpr,
    Expression,
    FloatExpr,
    IntExpr,
    ListExpr,
    NameExpr,
    StrExpr,
    TupleExpr,
    UnaryExpr,
)
from mypy.plugin import FunctionContext, MethodContext
from mypy.types import Type

from flowkit.base.errors import DefinitionError
from flowkit.model.pod import Pod
from flowkit.model.schedule import cron
from flowkit.mypy.statements import CODE
from flowkit.rules.ids import Kind, checked_id
from flowkit.rules.option_rules import checked_group_settings, checked_options, checked_settings

Check: TypeAlias = Callable[[Mapping[str, Any], str], object]
"""Takes what was given by name, and how the call is shown."""

_UNKNOWN: Final = object()
_NAMES: Final = {"builtins.True": True, "builtins.False": False, "builtins.None": None}


def _options(given: Mapping[str, Any], call: str) -> object:
    own = {"after", "setups", "on_failure_fail_dagrun"}
    return checked_options({name: value for name, value in given.items() if name not in own}, call=call)


def _settings(given: Mapping[str, Any], call: str) -> object:
    return checked_settings(given, call=call)


def _group(given: Mapping[str, Any], call: str) -> object:
    return checked_group_settings(
        {name: value for name, value in given.items() if name != "after"}, call=call
    )


_BUILDERS: Final = ("pipeline.Pipeline", "group.Group", "chain.OpenGroup", "chain.Chain")

CALLS: Final[Mapping[str, tuple[Kind | None, Check]]] = {
    "flowkit.builders.pipeline.Pipeline": ("dag_id", _settings),
    "flowkit.builders.pipeline.Pipeline.settings": (None, _settings),
    "flowkit.builders.pipeline.Pipeline.named": ("dag_id", _settings),
    "flowkit.builders.group.Group": ("group_id", _group),
    **{f"flowkit.builders.{where}.group": ("group_id", _group) for where in _BUILDERS},
    **{f"flowkit.builders.{where}.defaults": (None, _options) for where in _BUILDERS},
    **{
        f"flowkit.builders.{where}.{word}": ("task_id", _options)
        for where in ("task", *_BUILDERS)
        for word in ("task", "setup", "teardown")
    },
}
"""What each call takes: the kind of its id, and what checks the rest."""

CRON: Final = "flowkit.model.schedule.cron"
POD: Final = "flowkit.model.pod.Pod"
SHARD: Final = "flowkit.builders.shard.shard"


def check_call(ctx: FunctionContext | MethodContext, kind: Kind | None, check: Check) -> Type:
    """
    Check the id and the options of a call.
    """
    call = ctx.context
    if isinstance(call, CallExpr):
        given = _by_name(call)
        shown = _shown(call)
        for name, (where, value) in given.items():
            # One at a time, so that each is told at its own line.
            _try(ctx, where, check, {name: value}, shown)
        first = _value(call.args[0]) if call.args and call.arg_names[0] is None else _UNKNOWN
        if kind is not None and isinstance(first, str):
            _try(ctx, call.args[0], checked_id, first, kind)
    return ctx.default_return_type


def check_cron(ctx: FunctionContext) -> Type:
    """
    Check a cron expression, and its time zone.
    """
    call = ctx.context
    if isinstance(call, CallExpr) and call.args:
        zone = _by_name(call).get("timezone", (call, None))[1]
        expression = _value(call.args[0])
        if isinstance(expression, str) and isinstance(zone, str | None):
            _try(ctx, call, _cron, expression, zone)
    return ctx.default_return_type


@lru_cache(maxsize=1000)
def _cron(expression: str, zone: str | None) -> None:
    # Many pipelines have one schedule. What is wrong is asked for again, as errors are not kept.
    cron(expression, timezone=zone)


def check_pod(ctx: FunctionContext) -> Type:
    """
    Check the quantities of a pod.
    """
    call = ctx.context
    if isinstance(call, CallExpr):
        given = {name: value for name, (_, value) in _by_name(call).items()}
        if given and all(isinstance(value, str) for value in given.values()):
            _try(ctx, call, lambda: Pod(**given))
        for name, value in zip(call.arg_names, call.args, strict=True):
            if name == "volumes" and isinstance(value, DictExpr):
                _check_paths(ctx, value)
    return ctx.default_return_type


def _check_paths(ctx: FunctionContext, volumes: DictExpr) -> None:
    for key, _ in volumes.items:
        if isinstance(key, StrExpr) and not key.value.startswith("/"):
            message = (
                f'The path of a volume begins at the root: write "/{key.value}" in place of "{key.value}"'
            )
            ctx.api.fail(message, key, code=CODE)


def check_shard(ctx: FunctionContext) -> Type:
    """
    Check that there is such a shard.
    """
    call = ctx.context
    if isinstance(call, CallExpr) and len(call.args) > 1 and call.arg_names[1] is None:
        number, of = _value(call.args[1]), _by_name(call).get("of", (call, None))[1]
        if isinstance(number, int) and isinstance(of, int) and not 1 <= number <= of:
            ctx.api.fail(
                f"There is no shard {number} of {of}: they are counted from 1", call.args[1], code=CODE
            )
    return ctx.default_return_type


def _try(
    ctx: FunctionContext | MethodContext, where: Expression, check: Callable[..., object], *given: object
) -> None:
    try:
        check(*given)
    except DefinitionError as error:
        ctx.api.fail(f"{error.problem.message} {error.problem.hint}", where, code=CODE)
    except Exception:  # noqa: BLE001, S110 - the type is wrong, and mypy says so
        pass


def _shown(call: CallExpr) -> str:
    callee = call.callee
    word = getattr(callee, "name", "this call")
    first = call.args[0] if call.args and call.arg_names[0] is None else None
    return f"{word}({first.value!r})" if isinstance(first, StrExpr) else f"{word}()"


def _by_name(call: CallExpr) -> dict[str, tuple[Expression, Any]]:
    found = {
        name: (value, _value(value))
        for name, value in zip(call.arg_names, call.args, strict=True)
        if name is not None
    }
    return {name: pair for name, pair in found.items() if pair[1] is not _UNKNOWN}


def _value(node: Expression) -> Any:
    if isinstance(node, StrExpr | IntExpr | FloatExpr):
        return node.value
    if isinstance(node, NameExpr):
        return _NAMES.get(node.fullname, _UNKNOWN)
    if isinstance(node, UnaryExpr) and node.op == "-" and isinstance(node.expr, IntExpr | FloatExpr):
        return -node.expr.value
    if isinstance(node, ListExpr | TupleExpr):
        values = [_value(item) for item in node.items]
        return _UNKNOWN if any(value is _UNKNOWN for value in values) else values
    return _UNKNOWN
