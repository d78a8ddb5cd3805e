"""
Literal values in the source: ids, options, settings, cron expressions, and quantities of a pod.

They are checked by the same functions as when the file is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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

from flowkit.base.problem_format import format_short
from flowkit.base.problems import Problem
from flowkit.base.recording import recorded_in
from flowkit.model.pod import Pod
from flowkit.model.schedule import cron
from flowkit.mypy.statements import CODE
from flowkit.rules.ids import Kind, checked_id
from flowkit.rules.operator_defaults import checked_operator_defaults
from flowkit.rules.option_rules import checked_group_settings, checked_options, checked_settings

Check: TypeAlias = Callable[[Mapping[str, Any], str, "list[Problem]"], object]
"""Called with the keyword arguments, the text of the call, and the list that gets the problems."""

_REPORTED_BY_MYPY: Final = frozenset({"FK005", "FK014"})
_UNKNOWN: Final = object()
_USERS: Final = {"run_as_user", "run_as_group", "run_as_non_root"}
_NAMES: Final = {"builtins.True": True, "builtins.False": False, "builtins.None": None}


def _check_options(kwargs: Mapping[str, Any], call: str, problems: list[Problem]) -> None:
    own = {"after", "setups", "on_failure_fail_dagrun"}
    options = {name: value for name, value in kwargs.items() if name not in own}
    checked_options(options, call=call, problems=problems)


def _check_settings(kwargs: Mapping[str, Any], call: str, problems: list[Problem]) -> None:
    checked_settings(kwargs, call=call, problems=problems)


def _check_group(kwargs: Mapping[str, Any], call: str, problems: list[Problem]) -> None:
    settings = {name: value for name, value in kwargs.items() if name != "after"}
    checked_group_settings(settings, call=call, problems=problems)


def _check_operator_defaults(kwargs: Mapping[str, Any], call: str, problems: list[Problem]) -> None:
    checked_operator_defaults(kwargs, call=call, problems=problems)


_BUILDERS: Final = ("pipeline.Pipeline", "group.Group", "chain.OpenGroup", "chain.Chain")

CALLS: Final[Mapping[str, tuple[Kind | None, Check]]] = {
    "flowkit.builders.pipeline.Pipeline": ("dag_id", _check_settings),
    "flowkit.builders.pipeline.Pipeline.settings": (None, _check_settings),
    "flowkit.builders.pipeline.Pipeline.named": ("dag_id", _check_settings),
    "flowkit.builders.group.Group": ("group_id", _check_group),
    **{f"flowkit.builders.{where}.group": ("group_id", _check_group) for where in _BUILDERS},
    **{f"flowkit.builders.{where}.defaults": (None, _check_options) for where in _BUILDERS},
    **{
        f"flowkit.builders.{where}.operator_defaults": (None, _check_operator_defaults) for where in _BUILDERS
    },
    **{
        f"flowkit.builders.{where}.{word}": ("task_id", _check_options)
        for where in ("task", *_BUILDERS)
        for word in ("task", "setup", "teardown")
    },
}
"""For each call: the kind of its id, and the check of its keyword arguments."""

CRON: Final = "flowkit.model.schedule.cron"
POD: Final = "flowkit.model.pod.Pod"
SHARD: Final = "flowkit.builders.shard.shard"


def check_call(ctx: FunctionContext | MethodContext, kind: Kind | None, check: Check) -> Type:
    """
    Check the id and the options of a call.
    """
    call = ctx.context
    if isinstance(call, CallExpr):
        text = _format_call(call)
        for name, (node, value) in _keyword_literals(call).items():
            # One at a time, so that each is reported at its own line.
            problems: list[Problem] = []
            check({name: value}, text, problems)
            _report(ctx, node, problems)
        first = _value(call.args[0]) if call.args and call.arg_names[0] is None else _UNKNOWN
        if kind is not None and isinstance(first, str):
            problems = []
            checked_id(first, kind, problems)
            _report(ctx, call.args[0], problems)
    return ctx.default_return_type


def check_cron(ctx: FunctionContext) -> Type:
    """
    Check a cron expression, and its time zone.
    """
    call = ctx.context
    if isinstance(call, CallExpr) and call.args:
        zone = _keyword_literals(call).get("timezone", (call, None))[1]
        expression = _value(call.args[0])
        if isinstance(expression, str) and isinstance(zone, str | None):
            _report(ctx, call, _cron_problems(expression, zone))
    return ctx.default_return_type


@lru_cache(maxsize=1000)
def _cron_problems(expression: str, zone: str | None) -> tuple[Problem, ...]:
    # Many pipelines share a schedule.
    return recorded_in(cron(expression, timezone=zone))


def check_pod(ctx: FunctionContext) -> Type:
    """
    Check the quantities of a pod.
    """
    call = ctx.context
    if isinstance(call, CallExpr):
        values = {name: value for name, (_, value) in _keyword_literals(call).items()}
        # mypy itself reports other types.
        if values and all(isinstance(value, str) or name in _USERS for name, value in values.items()):
            _report(ctx, call, recorded_in(Pod(**values)))
        for name, value in zip(call.arg_names, call.args, strict=True):
            if name == "volumes" and isinstance(value, DictExpr):
                _check_paths(ctx, value)
    return ctx.default_return_type


def _check_paths(ctx: FunctionContext, volumes: DictExpr) -> None:
    for key, _ in volumes.items:
        if isinstance(key, StrExpr) and not key.value.startswith("/"):
            message = f'The path of a volume must be absolute: write "/{key.value}" instead of "{key.value}".'
            ctx.api.fail(message, key, code=CODE)


def check_shard(ctx: FunctionContext) -> Type:
    """
    Check that the shard exists.
    """
    call = ctx.context
    if isinstance(call, CallExpr) and len(call.args) > 1 and call.arg_names[1] is None:
        number, of = _value(call.args[1]), _keyword_literals(call).get("of", (call, None))[1]
        if isinstance(number, int) and isinstance(of, int) and not 1 <= number <= of:
            ctx.api.fail(
                f"There is no shard {number} of {of}: shards are numbered from 1.", call.args[1], code=CODE
            )
    return ctx.default_return_type


def _report(ctx: FunctionContext | MethodContext, node: Expression, problems: Iterable[Problem]) -> None:
    for problem in problems:
        if problem.code not in _REPORTED_BY_MYPY:
            ctx.api.fail(format_short(problem), node, code=CODE)


def _format_call(call: CallExpr) -> str:
    callee = call.callee
    word = getattr(callee, "name", "this call")
    first = call.args[0] if call.args and call.arg_names[0] is None else None
    return f"{word}({first.value!r})" if isinstance(first, StrExpr) else f"{word}()"


def _keyword_literals(call: CallExpr) -> dict[str, tuple[Expression, Any]]:
    literals = {
        name: (node, _value(node))
        for name, node in zip(call.arg_names, call.args, strict=True)
        if name is not None
    }
    return {name: pair for name, pair in literals.items() if pair[1] is not _UNKNOWN}


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
