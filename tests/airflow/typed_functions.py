"""
What the functions of random pipelines do: they check what they get, and return values that differ between copies.

The files of `typed_plans` import this. What happens in a run is in `now`, which the test sets.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs
import typing_extensions
from typing_extensions import TypedDict

SPREAD = "copies differ"
"""Among the choices: whether the choosers of mapped groups choose differently in each copy."""

F = TypeVar("F", bound=Callable[..., Any])
K = TypeVar("K", bound=str)
T = TypeVar("T")


class Totals(TypedDict):
    """Data by key."""

    rows: int
    name: str


@attrs.frozen
class Job:
    """A record."""

    number: int
    text: str
    parts: list[str]


@dataclass(frozen=True)
class Source:
    """Where the value of a parameter comes from."""

    maker: str
    """The function that returned it."""

    which: Literal["one", "copy", "all"]
    """The result of one task, that of the same copy of a mapped group, or the list of all results."""

    key: str | None = None


@dataclass
class Moment:
    """What happens in the run that goes on."""

    outcomes: Mapping[str, str] = field(default_factory=dict)
    """By function: whether it fails, is tried twice, skips itself, or returns nothing or little."""

    choices: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Source]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    returned: dict[tuple[str, int], Any] = field(default_factory=dict)
    """By function and number of the instance."""

    tries: dict[tuple[str, int], int] = field(default_factory=dict)
    function: str = ""


now = Moment()


def begin(outcomes: Mapping[str, str], choices: Mapping[str, int], sources: Any) -> Moment:
    """Begin another run."""
    now.__dict__.update(vars(Moment(outcomes, choices, sources)))
    return now


def here() -> int:
    """Return the number of the instance; -1 if the task is not mapped."""
    from airflow.sdk import get_current_context

    context: Any = get_current_context()
    index = context["ti"].map_index
    return -1 if index is None else int(index)


def is_of(value: Any, hint: Any) -> bool:
    """Return whether *value* is what *hint* declares; exactly: `True` is no `int`."""
    kind, parts = get_origin(hint), get_args(hint)
    if kind in (Union, types.UnionType):
        return any(is_of(value, part) for part in parts)
    if kind is not None:
        return _CONTAINERS[kind](value, parts)
    if typing_extensions.is_typeddict(hint):
        return type(value) is dict and value.keys() == get_type_hints(hint).keys() and _has(value.get, hint)
    if attrs.has(hint):
        return type(value) is hint and _has(functools.partial(getattr, value), hint)
    return hint is Any or type(value) is (type(None) if hint is None else hint)


def _has(get: Callable[[str], Any], hint: Any) -> bool:
    return all(is_of(get(name), kind) for name, kind in get_type_hints(hint).items())


def _all_of(values: Any, hint: Any) -> bool:
    return all(is_of(value, hint) for value in values)


_CONTAINERS: dict[Any, Callable[[Any, tuple[Any, ...]], bool]] = {
    Literal: lambda value, parts: value in parts,
    list: lambda value, parts: type(value) is list and _all_of(value, parts[0]),
    tuple: lambda value, parts: (
        type(value) is tuple and len(value) == len(parts) and all(map(is_of, value, parts))
    ),
    dict: lambda value, parts: (
        type(value) is dict and _all_of(value, parts[0]) and _all_of(value.values(), parts[1])
    ),
    Sequence: lambda value, parts: (
        isinstance(value, Sequence) and not isinstance(value, str) and _all_of(value, parts[0])
    ),
}


def _expected(source: Source, index: int) -> Any:
    if source.which == "all":
        results = [value for (maker, _), value in sorted(now.returned.items()) if maker == source.maker]
        return [result for result in results if result is not None]
    result = now.returned.get((source.maker, index if source.which == "copy" else -1))
    return result if source.key is None or result is None else dict(result)[source.key]


def _check(name: str, index: int, arguments: Mapping[str, Any], hints: Mapping[str, Any]) -> None:
    for parameter, value in arguments.items():
        shown = repr(list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value)
        where = f"{name}[{index}] got {shown} for {parameter}"
        if not is_of(value, hints[parameter]):
            now.mistakes.append(f"{where}, which is declared as {hints[parameter]}")
        source = now.sources.get(name, {}).get(parameter)
        if source is None:
            continue
        expected = _expected(source, index)
        if expected != (list(value) if source.which == "all" else value):
            now.mistakes.append(f"{where}; {source.maker} returned {expected!r}")


def _happen(name: str, index: int) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    tries = now.tries[name, index] = now.tries.get((name, index), 0) + 1
    outcome = now.outcomes.get(name)
    if outcome == "skip":
        raise AirflowSkipException
    if outcome == "fail" or (outcome == "retry" and tries == 1):
        raise RuntimeError


def checked(function: F) -> F:
    """Decorate a function of a task."""
    name = function.__name__

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        index = here()
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        _check(name, index, bound.arguments, get_type_hints(function))
        _happen(name, index)
        now.function = name
        result = now.returned[name, index] = function(*args, **kwargs)
        return result

    return cast("F", wrapper)


def note_item(item: Any, kind: Any) -> None:
    """Check what a function of `items.map` or `items.filter` gets."""
    if not is_of(item, kind):
        now.mistakes.append(f"items got {item!r}, which is declared as {kind}")


def keeps(item: Any) -> bool:
    """Decide for `items.filter`: the first item of what `made` returns is dropped."""
    return not str(item).rstrip("')").endswith("0")


def made(kind: type[T]) -> T:
    """Return a value of a type, another one in each copy."""
    number, index = int(now.function[1:]), here()
    length = {"none": 0, "one": 1}.get(now.outcomes.get(now.function, ""), 2)
    texts = [f"{{{{ {number} }}}} {index} {position}" for position in range(3)]
    values: dict[Any, Any] = {
        int: 1000 * number + index,
        str: texts[0],
        list[int]: [1000 * number + 10 * index + position for position in range(length)],
        list[str]: texts[:length],
        dict[str, int]: dict(zip(texts[:length], range(length), strict=True)),
        Totals: Totals(rows=number, name=texts[0]),
    }
    return cast("T", values[kind])


def maybe(kind: type[T]) -> T | None:
    """Return a value, or `None` in every second copy."""
    return made(kind) if here() % 2 else None


def _choice() -> int:
    return now.choices.get(now.function, 0) + (max(here(), 0) if now.choices.get(SPREAD) else 0)


def chosen(*keys: K) -> K:
    """Return a key, in some runs another one in each copy."""
    return keys[_choice() % len(keys)]


def several(*keys: K) -> list[K]:
    """Return all keys, or only one of them."""
    choice = now.choices.get(now.function, 0)
    return list(keys) if choice == len(keys) else [keys[_choice() % len(keys)]]


def goes_on() -> bool:
    """Return what a short circuit returns."""
    return _choice() % 2 == 0
