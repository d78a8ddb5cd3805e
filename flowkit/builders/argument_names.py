"""
The arguments of a function that is mapped, by name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from flowkit.base.airflow_versions import CONTEXT_KEYS
from flowkit.base.exception_text import sentence
from flowkit.base.lazy_names import name_of
from flowkit.base.recording import refuse
from flowkit.builders.invalid import refuse_invalid
from flowkit.rules.arguments import SUPPLIED_NAMES
from flowkit.rules.signatures import signature_of


def signature_with_names(fn: Callable[..., Any]) -> inspect.Signature:
    """
    Return the signature of *fn*; that of the wrapped function where it is not known what a wrapper supplies.

    Raises:
        ValueError: If Python knows none.
    """
    return signature_of(fn) or inspect.signature(fn)


def bound_arguments(fn: Callable[..., Any], args: Any, kwargs: Any, *, function_name: str) -> dict[str, Any]:
    """
    Return all arguments by name: Airflow maps no others.

    Args:
        fn: The function that gets them.

        args: Its positional arguments.

        kwargs: The others.

        function_name: The user's call, such as `each`.

    Raises:
        RefusedError: If the function does not take them, or not by name.
    """
    call = f"{function_name}({name_of(fn)}, …)"
    try:
        signature = signature_with_names(fn)
        if function_name == "each_kwargs":
            signature = _without_supplied(signature)
        # What `each` is not given is checked with the whole pipeline: a decorator may supply it.
        bind = signature.bind_partial if function_name == "each" else signature.bind
        bound = bind(*args, **kwargs).arguments
    except TypeError as error:
        if signature_of(fn) is None:
            return _given_by_name(call, args, kwargs)
        message = sentence(f"{call} does not match the function's signature", error)
        refuse("FK304", message, "Fix the arguments.")
    except ValueError:
        refuse_invalid(
            f"{function_name}() got a function whose signature cannot be inspected",
            "Wrap it in a Python function.",
        )
    return _by_name(call, signature, bound)


def _by_name(call: str, signature: inspect.Signature, bound: Mapping[str, Any]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name, value in bound.items():
        parameter = signature.parameters[name]
        if parameter.kind is parameter.VAR_KEYWORD:
            arguments.update(value)
        elif parameter.kind in (parameter.VAR_POSITIONAL, parameter.POSITIONAL_ONLY):
            refuse_invalid(
                f"{call}: {name!r} cannot be passed by name, and Airflow maps arguments by name",
                "Use a parameter that can be passed by name.",
            )
        else:
            arguments[name] = value
    return arguments


def _without_supplied(signature: inspect.Signature) -> inspect.Signature:
    # Airflow passes its context, and decorators pass arguments of their own, by name.
    supplied = CONTEXT_KEYS | SUPPLIED_NAMES
    named = [
        p for p in signature.parameters.values() if p.name not in supplied or p.kind is p.POSITIONAL_ONLY
    ]
    optional = [
        p.replace(kind=p.KEYWORD_ONLY, default=None)
        for p in signature.parameters.values()
        if p.name in supplied and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]
    return signature.replace(parameters=sorted([*named, *optional], key=lambda p: p.kind))


def _given_by_name(call: str, args: Any, kwargs: Any) -> dict[str, Any]:
    if args:
        refuse_invalid(
            f"{call} got positional arguments for a function with a wrapper, whose source does not show which "
            "parameters they are for",
            "Pass each argument by name.",
        )
    return dict(kwargs)
