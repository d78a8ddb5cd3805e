"""
The task decorators of `.by(…)`: their names and arguments, read from the sources of the installed providers.
"""

from __future__ import annotations

from mypy.nodes import ARG_NAMED, CallExpr, MemberExpr, StrExpr
from mypy.plugin import MethodContext
from mypy.types import Type

from flowkit.base.call_site import SourceLocation
from flowkit.base.problem_format import format_short
from flowkit.base.suggestions import nearest
from flowkit.model.calls import Decorator, PythonCall
from flowkit.mypy.mapped_calls import check_by
from flowkit.mypy.statements import CODE


def check_decorator(ctx: MethodContext) -> Type:
    """
    Check the name of a decorator, its arguments, and whether it may be mapped.
    """
    call = ctx.context
    if isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr) and call.args:
        name = call.args[0]
        if isinstance(name, StrExpr):
            _check(ctx, call, name.value)
    return check_by(ctx)


def _check(ctx: MethodContext, call: CallExpr, name: str) -> None:
    # Deferred: few files have decorators.
    from flowkit.rules.decorators import argument_problems, installed_decorators, no_such_decorator

    known = installed_decorators()
    if known is None:
        return
    location = SourceLocation("", call.line)
    if name not in known:
        # The provider of another name may not be installed where mypy runs.
        if nearest(name, known) is not None:
            ctx.api.fail(format_short(no_such_decorator(name, known, location)), call.args[0], code=CODE)
        return
    if all(kind == ARG_NAMED for kind in call.arg_kinds[1:]):
        arguments = dict.fromkeys(filter(None, call.arg_names[1:]))
        decorated = PythonCall(_check, (), {}, location, decorator=Decorator(name, arguments))
        for problem in argument_problems(decorated):
            ctx.api.fail(format_short(problem), call, code=CODE)
