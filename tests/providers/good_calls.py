"""
Arguments that the constructor of an operator takes, found by trying.
"""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.providers.calls import Answer, by_hand
from tests.providers.classes import parameters


def function() -> None:
    """
    Do nothing, as the function of an operator that takes one.
    """


_TRIES = 60
_QUOTED = re.compile(r"'(\w+)'")
_KINDS: tuple[tuple[str, Any], ...] = (
    ("callable", function),
    ("timedelta", timedelta(minutes=1)),
    ("datetime", datetime(2026, 1, 1)),
    ("date", date(2026, 1, 1)),
    ("time", time(1)),
    ("dict", {}),
    ("mapping", {}),
    ("list", ["x"]),
    ("sequence", ["x"]),
    ("iterable", ["x"]),
    ("collection", ["x"]),
    ("set", {"x"}),
    ("tuple", ("x",)),
    ("str", "x"),
    ("bool", True),
    ("int", 1),
    ("float", 1.5),
)
_OTHERS: tuple[Any, ...] = (
    "x",
    ["x"],
    {"x": "y"},
    1,
    {},
    [],
    True,
    function,
    [{"x": "y"}],
    timedelta(minutes=1),
    "1",
    None,
)


def values_for(parameter: inspect.Parameter | None) -> list[Any]:
    """
    Return values for an argument, the likeliest first: its default, then what its annotation says.
    """
    first: list[Any] = []
    if parameter is not None:
        default = parameter.default
        if (
            default is not parameter.empty
            and default is not None
            and isinstance(default, str | int | float | dict | list)
        ):
            first.append(default)
        text = str(parameter.annotation).lower() if parameter.annotation is not parameter.empty else ""
        first += [value for word, value in _KINDS if re.search(rf"\b{word}\b", text)]
    return [*first, *(value for value in _OTHERS if not any(value is one for one in first))]


def good_call(cls: type[Any], fixed: Mapping[str, Any]) -> dict[str, Any] | None:
    """
    Return arguments that Airflow takes; `None` if none were found.

    Args:
        cls: The operator.

        fixed: Arguments that are known to be needed.
    """
    known = parameters(cls)
    required = [name for name, parameter in known.items() if parameter.default is parameter.empty]
    for start in ([name for name in required if name in _own(cls)], required, []):
        found = _tried(cls, start, known, fixed)
        if found is not None:
            return found
    return None


def _own(cls: type[Any]) -> set[str]:
    return set(inspect.signature(cls.__init__).parameters)


def _tried(
    cls: type[Any], names: list[str], known: Mapping[str, inspect.Parameter], fixed: Mapping[str, Any]
) -> dict[str, Any] | None:
    values = {name: iter(values_for(known.get(name))) for name in names if name not in fixed}
    values |= {name: iter([value]) for name, value in fixed.items()}
    arguments = {name: next(value) for name, value in values.items()}
    turns = itertools.count()
    for _ in range(_TRIES):
        answer = by_hand(cls, arguments)
        if answer.verdict == "taken":
            return arguments
        named = [name for name in _named(answer) if name != "task_id"]
        added = [name for name in named if name not in arguments] if answer.verdict == "signature" else []
        unwanted = [name for name in named if name in arguments] if answer.verdict == "signature" else []
        if added:
            for name in added:
                values[name] = iter(values_for(known.get(name)))
                arguments[name] = next(values[name])
        elif unwanted:
            for name in unwanted:
                del arguments[name], values[name]
        elif not _next_value(arguments, values, named, known, next(turns)):
            return None
    return None


def _named(answer: Answer) -> Iterator[str]:
    return iter(dict.fromkeys(_QUOTED.findall(answer.text)))


def _next_value(
    arguments: dict[str, Any],
    values: dict[str, Iterator[Any]],
    named: list[str],
    known: Mapping[str, inspect.Parameter],
    turn: int,
) -> bool:
    """
    Give another value to an argument that the message names, or to each in turn; or add one that it names.
    """
    mentioned = [name for name in named if name in arguments]
    others = [name for name in named if name in known and name not in arguments]
    if not mentioned and others:
        values[others[0]] = iter(values_for(known[others[0]]))
        arguments[others[0]] = next(values[others[0]])
        return True
    names = mentioned or list(arguments)
    for offset in range(len(names)):
        name = names[(turn + offset) % len(names)]
        value = next(values[name], values)
        if value is not values:
            arguments[name] = value
            return True
    return False
