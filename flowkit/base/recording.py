"""
Wrong calls are recorded, not raised.

A call of a builder with a wrong argument keeps the problem, with the line of the call, in the object that it returns.
`build()` reports it with all others of the pipeline. An exception would end the file, and all pipelines in it.

Decorated functions, methods and classes record what their checks refuse (`refuse`), arguments that do not fit their
signature, and whatever a value raises when it is checked. An object that can hold problems has a method
`__flowkit_note__`; `recorded_value` gives one to the classes of values.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from types import FunctionType, NoneType
from typing import Any, Final, NoReturn, TypeVar, cast, final

import attrs

from flowkit.base.call_site import caller
from flowkit.base.errors import problems_of
from flowkit.base.exception_text import class_name, sentence
from flowkit.base.internal_error import internal_error, is_internal
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type)
T = TypeVar("T")

_PROBLEMS: Final = "__flowkit_problems__"
_MAX_INT_BITS: Final = 1_024
_CONTAINERS: Final = frozenset({dict, frozenset, list, set, tuple})
_PLAIN: Final = frozenset({bool, bytes, date, datetime, float, str, timedelta, type, FunctionType, NoneType})


@final
class RefusedError(Exception):
    """
    Carries problems from a check to the call that records them. Never leaves a call of the user's.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


def refuse(code: str, message: str, hint: str) -> NoReturn:
    """
    Refuse a value, at the line of the user's call.

    Args:
        code: The code of the problem.

        message: What is wrong, and why it cannot work: a sentence.

        hint: What to write instead: a sentence.

    Raises:
        RefusedError: Always.
    """
    raise RefusedError(Problem(code, message, hint, caller()))


def attempt(problems: list[Problem], check: Callable[..., T], *args: Any, otherwise: T) -> T:
    """
    Return `check(*args)`, or *otherwise* if it refuses; the reasons are added to *problems*.
    """
    try:
        return check(*args)
    except RefusedError as error:
        problems.extend(error.problems)
        return otherwise


def check_each(items: Iterable[T], check: Callable[[T], object]) -> None:
    """
    Call *check* with each of *items*.

    Raises:
        RefusedError: If it refuses any; it carries the problems of all.
    """
    problems: list[Problem] = []
    for item in items:
        attempt(problems, check, item, otherwise=None)
    if problems:
        raise RefusedError(*problems)


def check_all(*checks: Callable[[], object]) -> None:
    """
    Call all of *checks*.

    Raises:
        RefusedError: If some refuse; it carries the problems of all.
    """
    check_each(checks, lambda check: check())


def recorded(stand_in: Callable[[tuple[Problem, ...]], object], name: str = "") -> Callable[[F], F]:
    """
    Return the decorator of a function whose problems are kept in what it returns.

    Args:
        stand_in: Returns what the function returns when it fails, with its problems.

        name: The name that messages use, such as `over`; by default that of the function.
    """
    return cast(
        "Callable[[F], F]", functools.partial(_decorated, lambda _, problems: stand_in(problems), name)
    )


def recorded_method(
    stand_in: Callable[[Any, tuple[Problem, ...]], object], name: str = ""
) -> Callable[[F], F]:
    """
    Return the decorator of a method whose problems are kept in what it returns; of `__init__`: in the object.

    Args:
        stand_in: Called with the object and the problems when the method fails; returns what stands for its result.

        name: The name that messages use, such as `items.map`; by default `.method`, or the name of the class.
    """

    def for_object(args: tuple[Any, ...], problems: tuple[Problem, ...]) -> object:
        return stand_in(args[0], problems)

    return cast("Callable[[F], F]", functools.partial(_decorated, for_object, name))


def _decorated(
    stand_in: Callable[[tuple[Any, ...], tuple[Problem, ...]], object],
    name: str,
    function: Callable[..., Any],
) -> Callable[..., Any]:
    name = name or _name_of(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            if is_interruption(error):
                raise
            if not _is_misfit(error):
                return stand_in(args, problems_from(error, f"{name}() got a value", (args, kwargs)))

        from flowkit.base.misfits import fit  # it needs `inspect`, and correct files do not

        problems, fitting = fit(function, name, args, kwargs)
        if fitting is not None:
            try:
                result = function(*fitting[0], **fitting[1])
            except BaseException as error:
                if is_interruption(error):
                    raise
                problems += problems_from(error, f"{name}() got a value", fitting)
            else:
                note(args[0] if result is None else result, problems)
                return result
        return stand_in(args, problems)

    return call


def _is_misfit(error: BaseException) -> bool:
    # Python itself raised it: the arguments do not fit the signature, so the function did not begin.
    traceback = error.__traceback__
    return type(error) is TypeError and traceback is not None and traceback.tb_next is None


def _name_of(function: Callable[..., Any]) -> str:
    owner, _, name = function.__qualname__.rpartition(".")
    return owner if name == "__init__" else f".{name}" if owner else name


def problems_from(error: BaseException, got: str, values: object = ()) -> tuple[Problem, ...]:
    """
    Return the problems of a call that failed with *error*; *got* begins the message if a value of the user's raised it.

    Python does not say whether flowkit or one of *values* is to blame for what a built-in function raises: it is the
    value, if it is of a class that flowkit does not know.
    """
    if isinstance(error, RefusedError):
        return error.problems
    if problems := problems_of(error):
        return problems
    if is_internal(error) and not _holds_foreign(values):
        return (internal_error(error, caller(), None),)
    message = sentence(f"{got} that raises {class_name(error)} when it is read", error)
    return (Problem("FK008", message, "Pass another value.", caller()),)


def _holds_foreign(value: object, depth: int = 4) -> bool:
    kind = type(value)
    if kind in _CONTAINERS and depth:
        items: Any = [*value, *value.values()] if kind is dict else value  # type: ignore[misc, attr-defined]
        return any(_holds_foreign(item, depth - 1) for item in items)
    if kind is int:  # Python does not print it
        return cast("int", value).bit_length() > _MAX_INT_BITS
    return kind not in _PLAIN and not str(vars(kind).get("__module__")).startswith("flowkit.")


def note(value: Any, problems: Iterable[Problem]) -> None:
    """
    Keep *problems* in *value*, an object that a call has just made.
    """
    problems = tuple(problems)
    if problems:
        value.__flowkit_note__(problems)


def recorded_in(value: object) -> tuple[Problem, ...]:
    """
    Return the problems of *value* if it is a value or a placeholder of flowkit's; else none.
    """
    # By the class: objects of users' classes may do anything when they are asked for an attribute.
    problems: Any = getattr(type(value), _PROBLEMS, ())
    return cast("tuple[Problem, ...]", problems if type(problems) is tuple else problems.__get__(value))


def counted(problems: Iterable[Problem]) -> str:
    """
    Return the end of a `repr`: ` with 2 problems`, or nothing.
    """
    count = len(dict.fromkeys(problems))
    return f" with {count} problem{'s' if count > 1 else ''}" if count else ""


def recorded_value(cls: C) -> C:
    """
    Decorate an attrs class of values whose problems are kept in the values.
    """
    if vars(cls).get("__init__"):
        changed: Any = cls
        changed.__init__ = recorded_method(_fill)(changed.__init__)
        changed.__flowkit_note__ = _note_value
        changed.__repr__ = _with_any_fields(changed.__repr__)
    return cls


def _with_any_fields(written: Callable[[Any], str]) -> Callable[[Any], str]:
    @functools.wraps(written)
    def __repr__(self: Any) -> str:  # noqa: N807
        try:
            return written(self)
        except BaseException as error:  # a field may be an object of any class
            if is_interruption(error):
                raise
            return f"<{type(self).__name__}>"

    return __repr__


def _fill(value: Any, problems: tuple[Problem, ...]) -> None:
    """
    Give *value* the fields that its constructor did not set.
    """
    for field in attrs.fields(type(value)):
        if not hasattr(value, field.name):
            default = field.default
            if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class to Python, a function to mypy
                default = default.factory()
            object.__setattr__(value, field.name, None if default is attrs.NOTHING else default)
    note(value, problems)


def _note_value(value: Any, problems: tuple[Problem, ...]) -> None:
    # A value with problems is of a class of its own, which keeps them: copies have them, too, and others pay nothing.
    kind = type(value)
    body = {
        "__slots__": (),
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__repr__": lambda self: f"<{kind.__name__}{counted(recorded_in(self))}>",
        "__reduce__": _reduce,
        _PROBLEMS: (*recorded_in(value), *problems),
    }
    object.__setattr__(value, "__class__", type(kind.__name__, (kind,), body))


def _reduce(value: Any) -> tuple[object, ...]:
    kind = next(base for base in type(value).__mro__ if _PROBLEMS not in vars(base))
    fields = {field.name: getattr(value, field.name) for field in attrs.fields(kind)}
    return _restored, (kind, fields, recorded_in(value))


def _restored(kind: type[Any], fields: dict[str, Any], problems: tuple[Problem, ...]) -> Any:
    value = object.__new__(kind)
    for name, content in fields.items():
        object.__setattr__(value, name, content)
    note(value, problems)
    return value
