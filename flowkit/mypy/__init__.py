"""
A plugin for mypy: `plugins = ["flowkit.mypy"]`.

It knows what Python's types cannot say: the arguments that operators inherit from one another, the keys that a branch
has to have, values that no option can have, and statements that do nothing. It needs no Airflow to run, only the
types and the sources that mypy has read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from mypy.plugin import AttributeContext, FunctionContext, FunctionSigContext, MethodContext, Plugin
from mypy.types import CallableType, Type

from flowkit.mypy.branches import routes_type
from flowkit.mypy.functions import (
    EACH,
    OUTPUT,
    PYTHON,
    SETS,
    check_each,
    check_output,
    check_python,
    check_sets,
)
from flowkit.mypy.literals import CALLS, CRON, POD, SHARD, check_call, check_cron, check_pod, check_shard
from flowkit.mypy.operators import operator_signature
from flowkit.mypy.statements import SourceRules

OPERATOR: Final = "flowkit.builders.action.operator"
REGISTER: Final = "flowkit.airflow.dags.register"
ROUTES: Final = "flowkit.builders.branching.Branching.to"

_FUNCTIONS: Final[dict[str, Callable[[FunctionContext], Type]]] = {
    **dict.fromkeys(PYTHON, check_python),
    EACH: check_each,
    SETS: check_sets,
    CRON: check_cron,
    POD: check_pod,
    SHARD: check_shard,
}


def _digest() -> str:
    found = hashlib.sha256()
    root = Path(__file__).parent.parent
    for folder in ("mypy", "rules", "analysis", "model", "base"):
        for file in sorted((root / folder).glob("*.py")):
            found.update(file.read_bytes())
    return found.hexdigest()


# mypy asks for this name: when it is another one, what mypy has found in earlier runs no longer counts.
__version__: Final = _digest()


def plugin(version: str) -> type[Plugin]:
    """
    Return the plugin; mypy asks for it by this name.
    """
    del version
    return FlowkitPlugin


class FlowkitPlugin(Plugin):
    """
    Tells mypy which calls the functions of this package look at.
    """

    _rules = SourceRules()

    def get_function_signature_hook(
        self, fullname: str
    ) -> Callable[[FunctionSigContext], CallableType] | None:
        """
        Return what knows the arguments of `operator(…)`.
        """
        return operator_signature if fullname == OPERATOR else None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """
        Return what checks the values in a call, and the file that it stands in.
        """
        if not fullname.startswith("flowkit."):
            return None
        if fullname in CALLS:
            return partial(self._call, fullname)
        return self._rules.report if fullname == REGISTER else _FUNCTIONS.get(fullname)

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """
        Return what compares the keys of `.to({…})`, or checks the values in a call.
        """
        if fullname in CALLS:
            return partial(self._call, fullname)
        return routes_type if fullname == ROUTES else None

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """
        Return what checks that an output can be handed on.
        """
        return check_output if fullname == OUTPUT else None

    def _call(self, fullname: str, ctx: FunctionContext | MethodContext) -> Type:
        self._rules.report(ctx)
        kind, check = CALLS[fullname]
        return check_call(ctx, kind, check)
