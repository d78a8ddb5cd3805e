"""
Whether the function of `native` can be called with its arguments.
"""

from __future__ import annotations

import inspect
from typing import Any

from flowkit.base.airflow_classes import is_airflow_decorated
from flowkit.base.airflow_versions import CONTEXT_KEYS
from flowkit.base.exception_text import sentence
from flowkit.base.problems import Problem
from flowkit.model.calls import NativeCall


def signature_problem(call: NativeCall) -> Problem | None:
    """
    Return the problem if the arguments of *call* do not fit its function.
    """
    function: Any = call.function
    is_decorated = is_airflow_decorated(function)
    try:
        signature = inspect.signature(function.function if is_decorated else function)
    except Exception:  # noqa: BLE001 - Python knows none, or an attribute of the callable object raises
        return None
    try:
        signature.bind(*call.args, **call.kwargs)
    except TypeError as error:
        if is_decorated and _fits_with_context(signature, call):
            return None
        message = sentence(f"native({call.name}, …) does not match the function's signature", error)
        return Problem("FK304", message, "Fix the arguments.", call.location)
    return None


def _fits_with_context(signature: inspect.Signature, call: NativeCall) -> bool:
    # `@task` passes the keys of the context that the function has parameters for.
    context = {
        name: None
        for name, parameter in signature.parameters.items()
        if name in CONTEXT_KEYS and parameter.default is parameter.empty
    }
    try:
        signature.bind(*call.args, **{**context, **call.kwargs})
    except TypeError:
        return False
    return True
