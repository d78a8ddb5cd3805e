"""
The keys of a branch.
"""

from __future__ import annotations

from typing import Final

from mypy.errorcodes import ErrorCode
from mypy.nodes import DictExpr, Expression, StrExpr
from mypy.plugin import CheckerPluginInterface, MethodContext
from mypy.types import Instance, LiteralType, ProperType, Type, UnionType, get_proper_type

from flowkit.rules.messages import missing_routes

BRANCH_KEYS: Final = ErrorCode("branch-keys", "Check the keys of a branch", "flowkit")


def check_routes(ctx: MethodContext) -> Type:
    """
    Check that a branch has all keys that its function returns.
    """
    branching = get_proper_type(ctx.type)
    routes = ctx.args[0][0] if ctx.args and ctx.args[0] else None
    if isinstance(branching, Instance) and branching.args and isinstance(routes, DictExpr):
        returned = _literals(get_proper_type(branching.args[0])) or []
        keys = [_key(key, ctx.api) for key, _ in routes.items]
        missing = [key for key in returned if key not in keys]
        # A key that mypy rejects, or cannot evaluate, may be one of the missing ones.
        if missing and set(keys) <= set(returned):
            message, hint = missing_routes("The function", missing)
            ctx.api.fail(f"{message} {hint}", routes, code=BRANCH_KEYS)
    return ctx.default_return_type


def _literals(returned: ProperType) -> list[str] | None:
    union = returned.items if isinstance(returned, UnionType) else [returned]
    parts = [get_proper_type(item) for item in union]
    keys = [part.value for part in parts if isinstance(part, LiteralType) and isinstance(part.value, str)]
    return keys if len(keys) == len(parts) else None


def _key(key: Expression | None, api: CheckerPluginInterface) -> str | None:
    if key is None:  # `**others`
        return None
    if isinstance(key, StrExpr):
        return key.value
    key_type = get_proper_type(api.get_expression_type(key))
    if isinstance(key_type, Instance) and key_type.last_known_value is not None:
        key_type = key_type.last_known_value
    return key_type.value if isinstance(key_type, LiteralType) and isinstance(key_type.value, str) else None
