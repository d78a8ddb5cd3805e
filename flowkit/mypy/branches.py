"""
The keys of a branch.
"""

from __future__ import annotations

from typing import Final

from mypy.errorcodes import ErrorCode
from mypy.nodes import DictExpr, Expression, StrExpr
from mypy.plugin import CheckerPluginInterface, MethodContext
from mypy.types import Instance, LiteralType, ProperType, Type, UnionType, get_proper_type

BRANCH_KEYS: Final = ErrorCode("branch-keys", "Check the keys of a branch", "flowkit")


def routes_type(ctx: MethodContext) -> Type:
    """
    Compare the keys of a branch with those that its function returns.
    """
    chosen = get_proper_type(ctx.type)
    routes = ctx.args[0][0] if ctx.args and ctx.args[0] else None
    if isinstance(chosen, Instance) and chosen.args and isinstance(routes, DictExpr):
        wanted = _literals(get_proper_type(chosen.args[0])) or []
        given = [_key(key, ctx.api) for key, _ in routes.items]
        missing = [key for key in wanted if key not in given]
        # A key that mypy refuses, or cannot read, may be one of those that are missing.
        if missing and set(given) <= set(wanted):
            names = ", ".join(f'"{key}"' for key in missing)
            ctx.api.fail(
                f".to() of the branch lacks {names}, which the function may return: "
                "lead the key to a task or, for nothing, to ()",
                routes,
                code=BRANCH_KEYS,
            )
    return ctx.default_return_type


def _literals(found: ProperType) -> list[str] | None:
    parts = [get_proper_type(item) for item in found.items] if isinstance(found, UnionType) else [found]
    keys = [part.value for part in parts if isinstance(part, LiteralType) and isinstance(part.value, str)]
    return keys if len(keys) == len(parts) else None


def _key(key: Expression | None, api: CheckerPluginInterface) -> str | None:
    if key is None:  # `**others`
        return None
    if isinstance(key, StrExpr):
        return key.value
    found = get_proper_type(api.get_expression_type(key))
    if isinstance(found, Instance) and found.last_known_value is not None:
        found = found.last_known_value
    return found.value if isinstance(found, LiteralType) and isinstance(found.value, str) else None
