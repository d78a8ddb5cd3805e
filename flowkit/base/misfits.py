"""
Arguments that do not fit the signature of a builder: what is wrong, and the call without them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import Parameter
from typing import Any, TypeAlias

from flowkit.base.call_site import caller
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean

_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (Parameter.KEYWORD_ONLY, Parameter.POSITIONAL_OR_KEYWORD)

Arguments: TypeAlias = "tuple[tuple[Any, ...], dict[str, Any]]"


def fit(
    function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[tuple[Problem, ...], Arguments | None]:
    """
    Return what is wrong with the arguments of a call of *function*, and those that fit; `None` if one is missing.

    Args:
        function: The function.

        name: The name that messages use.

        args: The positional arguments.

        kwargs: The other ones.
    """
    parameters = {
        parameter.name: parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name != "self"
    }
    own = 1 if "self" in inspect.signature(function).parameters else 0
    call = f"{name}()"
    positional = [parameter for parameter in parameters.values() if parameter.kind in _POSITIONAL]
    given, named = list(args[own:]), dict(kwargs)
    problems = [*_unnamed(call, positional, given, named), *_surplus(call, parameters, positional, given)]
    problems += _unknown(call, parameters, positional[: len(given)], named)
    missing = list(_missing(call, parameters, positional[len(given) :], named))
    return (*problems, *missing), None if missing else ((*args[:own], *given), named)


def _unnamed(
    call: str, positional: Sequence[Parameter], given: list[Any], named: dict[str, Any]
) -> Iterator[Problem]:
    for parameter in positional[len(given) :]:
        if parameter.kind is not Parameter.POSITIONAL_ONLY or parameter.name not in named:
            break
        given.append(named.pop(parameter.name))
        message = f"{call} got {parameter.name!r} by name, and takes it by position only."
        yield Problem("FK014", message, f"Leave out `{parameter.name}=`.", caller())


def _surplus(
    call: str, parameters: Mapping[str, Parameter], positional: Sequence[Parameter], given: list[Any]
) -> Iterator[Problem]:
    most = len(positional)
    if len(given) <= most or any(item.kind is Parameter.VAR_POSITIONAL for item in parameters.values()):
        return
    takes = f"{most} positional argument{'' if most == 1 else 's'}" if most else "no positional arguments"
    message = (
        f"{call} got {len(given)} positional argument{'' if len(given) == 1 else 's'}; it takes {takes}."
    )
    others = [name for name, item in parameters.items() if item.kind is Parameter.KEYWORD_ONLY]
    hint = (
        f"Pass the others by name: {', '.join(f'{name}=…' for name in others)}."
        if others
        else "Remove the rest."
    )
    del given[most:]
    yield Problem("FK014", message, hint, caller())


def _unknown(
    call: str, parameters: Mapping[str, Parameter], taken: Sequence[Parameter], named: dict[str, Any]
) -> Iterator[Problem]:
    for parameter in taken:
        if parameter.kind is not Parameter.POSITIONAL_ONLY and parameter.name in named:
            del named[parameter.name]
            message = f"{call} got {parameter.name!r} twice, by position and by name."
            yield Problem("FK014", message, "Remove one of them.", caller())
    if any(item.kind is Parameter.VAR_KEYWORD for item in parameters.values()):
        return
    known = [name for name, item in parameters.items() if item.kind in _NAMED]
    for name in [name for name in named if name not in known]:
        del named[name]
        otherwise = f"Its arguments are: {', '.join(known)}." if known else "Remove it."
        hint = did_you_mean(name, known, otherwise=otherwise)
        yield Problem("FK005", f"{call} got an unexpected argument {name!r}.", hint, caller())


def _missing(
    call: str, parameters: Mapping[str, Parameter], rest: Sequence[Parameter], named: Mapping[str, Any]
) -> Iterator[Problem]:
    keyword_only = [item for item in parameters.values() if item.kind is Parameter.KEYWORD_ONLY]
    for parameter in (*rest, *keyword_only):
        if parameter.default is Parameter.empty and parameter.name not in named:
            message = f"{call} is missing the argument {parameter.name!r}."
            yield Problem("FK014", message, "Add it.", caller())
