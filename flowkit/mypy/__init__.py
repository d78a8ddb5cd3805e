"""
A plugin for mypy: `plugins = ["flowkit.mypy"]`.

It reports what Python's types cannot express: the arguments that operators inherit from one another, missing keys of a
branch, invalid values of options, and statements without effect. It does not import Airflow, it only uses the types and
the sources that mypy has read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from mypy.plugin import AttributeContext, FunctionContext, FunctionSigContext, MethodContext, Plugin
from mypy.types import CallableType, Type

from flowkit.mypy.branches import check_routes
from flowkit.mypy.decorated_calls import check_decorator
from flowkit.mypy.functions import FUNCTION_CHECKS, OUTPUT, check_output, without_bound
from flowkit.mypy.literals import CALLS, CRON, POD, SHARD, check_call, check_cron, check_pod, check_shard
from flowkit.mypy.mapped_calls import BY, ITEMS, OVER, check_always, check_items, check_over
from flowkit.mypy.operators import operator_signature
from flowkit.mypy.statements import FileReporter

OPERATOR: Final = "flowkit.builders.action.operator"
REGISTER: Final = "flowkit.airflow.dags.register"
ROUTES: Final = "flowkit.builders.branching.Branching.to"

_FUNCTIONS: Final[dict[str, Callable[[FunctionContext], Type]]] = {
    **FUNCTION_CHECKS,
    CRON: check_cron,
    POD: check_pod,
    SHARD: check_shard,
}


_METHODS: Final[dict[str, Callable[[MethodContext], Type]]] = {
    ROUTES: check_routes,
    BY: check_decorator,
    OVER: check_over,
    **dict.fromkeys(ITEMS, check_items),
}


def _digest() -> str:
    digest = hashlib.sha256()
    root = Path(__file__).parent.parent
    for folder in ("mypy", "rules", "analysis", "model", "base"):
        for file in sorted((root / folder).glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


# mypy discards its cache when this changes.
__version__: Final = _digest()


def plugin(version: str) -> type[Plugin]:
    """
    Return the plugin: the entry point that mypy calls.
    """
    del version
    return FlowkitPlugin


class FlowkitPlugin(Plugin):
    """
    Maps the names of calls to the functions of this package that check them.
    """

    _reporter = FileReporter()

    def get_function_signature_hook(
        self, fullname: str
    ) -> Callable[[FunctionSigContext], CallableType] | None:
        """
        Return the hook for the signature of `operator(…)` and of what takes a function.
        """
        if fullname == OPERATOR:
            return operator_signature
        return without_bound if fullname in FUNCTION_CHECKS else None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """
        Return the hook that checks a call of a function, and its file.
        """
        if not fullname.startswith("flowkit."):
            return None
        if fullname in CALLS:
            return partial(self._call, fullname)
        return self._reporter.report if fullname == REGISTER else _FUNCTIONS.get(fullname)

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """
        Return the hook that checks a call of a method.
        """
        if fullname in CALLS:
            return partial(self._call, fullname)
        return _METHODS.get(fullname)

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """
        Return the hook that checks whether Airflow can store an output.
        """
        return check_output if fullname == OUTPUT else None

    def _call(self, fullname: str, ctx: FunctionContext | MethodContext) -> Type:
        self._reporter.report(ctx)
        kind, check = CALLS[fullname]
        check_always(ctx)
        return check_call(ctx, kind, check)
