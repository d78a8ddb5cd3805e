"""
The functions of tasks as Airflow gets them: with the signature of what is left to give.

Airflow checks arguments against `inspect.signature`, and passes its context by name. Both go wrong where a wrapper
supplies arguments that the signature shows.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import MethodType
from typing import Any, Final

from flowkit.base.airflow_versions import CONTEXT_KEYS
from flowkit.model.calls import AssetCall, Call, EachCall, PythonCall
from flowkit.rules.signatures import may_be_wrapped, signature_of

_COPIED: Final = ("__module__", "__name__", "__qualname__", "__doc__")
_PARAMETER: Final = inspect.Parameter


def callable_of(call: PythonCall | AssetCall, action: Call | None) -> Callable[..., Any]:
    """
    Return the function of *call* for Airflow.

    Args:
        call: The call of the function.

        action: What the task does: *call* itself, or the mapped call that contains it.
    """
    function = call.function
    if not may_be_wrapped(function):
        return function
    left = signature_of(function)
    try:
        shown = inspect.signature(function)
    except Exception:  # noqa: BLE001 - Python knows none, or an attribute of the callable object raises
        return function
    if left == shown and hasattr(function, "__name__"):
        return function
    if left is None:
        left = inspect.Signature(list(_as_given(call, action, shown)))
    return _with_signature(function, left)


def _as_given(
    call: PythonCall | AssetCall, action: Call | None, shown: inspect.Signature
) -> Iterator[inspect.Parameter]:
    """
    Yield parameters that accept the arguments of a call, and take what Airflow passes.
    """
    args, kwargs = (call.args, call.kwargs) if isinstance(call, PythonCall) else ((), {})
    mapped = action.mapped if isinstance(action, EachCall) else {}
    by_set = isinstance(action, EachCall) and action.by_set
    names = {*kwargs, *(shown.parameters if by_set else mapped)}
    yield _PARAMETER("args", _PARAMETER.VAR_POSITIONAL)
    for name in names:
        yield _PARAMETER(name, _PARAMETER.KEYWORD_ONLY, default=None)
    for index, parameter in enumerate(shown.parameters.values()):
        # A first parameter such as `conn` is the wrapper's, if arguments are given by position.
        is_supplied = index == 0 and bool(args) and parameter.default is parameter.empty
        if parameter.name in CONTEXT_KEYS - names and not is_supplied:
            yield _PARAMETER(parameter.name, _PARAMETER.KEYWORD_ONLY, default=None)


def _with_signature(function: Callable[..., Any], signature: inspect.Signature) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    async def call_async(*args: Any, **kwargs: Any) -> Any:
        return await function(*args, **kwargs)

    def generate(*args: Any, **kwargs: Any) -> Any:
        return (yield from function(*args, **kwargs))

    made: Any = call
    if inspect.iscoroutinefunction(function):
        made = call_async
    elif inspect.isgeneratorfunction(function):
        made = generate  # Airflow runs it to its end
    functools.update_wrapper(made, function)
    named = _named(function)
    for name in _COPIED:
        if (value := getattr(named, name, None)) is not None:
            setattr(made, name, value)
    made.__signature__ = signature
    result: Callable[..., Any] = made
    return result


def _named(function: Any) -> Any:
    """
    Return the function within partials and methods, whose name and docstring Airflow shows.
    """
    while isinstance(function, functools.partial | MethodType):
        function = function.func if isinstance(function, functools.partial) else function.__func__
    return function if hasattr(function, "__name__") else type(function)
