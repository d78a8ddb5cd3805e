"""
Finds outputs in the arguments of a task, and values that have no stable serialized form.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any, Final, final
from uuid import UUID

from flowkit.base.airflow_classes import airflow_kind
from flowkit.base.exception_text import class_name
from flowkit.base.interruption import is_interruption
from flowkit.base.lazy_names import LazyImport
from flowkit.base.problems import Problem
from flowkit.base.recording import recorded_in
from flowkit.draft.nodes import TaskNode
from flowkit.draft.output import Output, Placeholder, Token, holds_output, split
from flowkit.draft.placeholders import GroupItem, Items, Over, ParamsMark
from flowkit.model.calls import ItemRef, ParamsRef, Ref, Text, Transform
from flowkit.model.exact import exact_leaf, is_exact, with_keys
from flowkit.model.inexact import MAX_VALUES, InexactError, too_large
from flowkit.model.scalars import check_text_form, check_time
from flowkit.model.values import INSIDE, ContainerKind, Contents, fold, is_of_airflow, rebuilt

# Airflow serializes these in the same way in every process.
_PLAIN = (type(None), bool, int, float, complex, str, bytes, date, time, timedelta, tzinfo, Decimal, Fraction)
_PLAIN += (UUID, Enum, PurePath, range)  # type: ignore[assignment]
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type)
# Leaves that contain nothing. A lazy import is loaded when Airflow gets the pipeline.
_UNCHANGED_TYPES: Final = frozenset({bool, types.NoneType, LazyImport})

NOT_IN_SPEC = ", made by hand-written Airflow code: flowkit does not know the task that it belongs to."
NATIVE_HINT = (
    "Let one function make both tasks: native(make, …). Or write the other task with flowkit as well."
)

Item = Callable[[GroupItem], "ItemRef | None"]
"""Gives the reference for an item of a mapped group; `None` outside of that group."""

Resolve = Callable[[TaskNode, "str | None"], "Ref | None"]
"""Gives the reference for an output; `None` when its task is not in the pipeline."""


def is_plain(value: object) -> bool:
    """
    Return whether *value* is a number, a time, `None` or a string without outputs, and Airflow can store it.
    """
    if type(value) is str:
        # Python knows of each string whether it is ASCII.
        return "\0" not in value if value.isascii() else is_exact(value) and not holds_output(value)
    return is_exact(value)


@final
class Rewriter:
    """
    Replaces the outputs in a value with references, makes it exact, and records what is wrong with it.
    """

    __slots__ = (
        "_as_is",
        "_as_seconds",
        "_item",
        "_resolve",
        "_visited",
        "as_key",
        "endless",
        "foreign",
        "hand_written",
        "inexact",
        "misplaced",
        "params",
        "placeholders",
        "problems",
        "spoilt",
        "stray",
        "unstable",
    )

    problems: list[Problem]
    """Gets what the calls that made the value have recorded."""

    placeholders: list[Placeholder | Token]
    """Every placeholder and token in the value."""

    foreign: list[TaskNode | None]
    """The tasks of outputs that are not in the pipeline."""

    hand_written: list[str]
    """What hand-written Airflow made for a DAG: the output of a task, an operator, a group, or a DAG."""

    misplaced: bool
    """Whether there is an `over(…)` where nothing can be mapped."""

    stray: list[str]
    """Parameters of mapped groups whose items are used outside of them."""

    params: list[type[Any]]
    """The classes of the params that are used."""

    spoilt: bool
    """Whether a string contains pieces of an output's token."""

    as_key: bool
    """Whether an output is in the key of a mapping, where Airflow renders nothing."""

    endless: list[str]
    """Types of containers that contain themselves or are nested too deeply."""

    inexact: list[InexactError]
    """Values that Airflow cannot store."""

    unstable: list[str]
    """Types of values that Airflow could serialize only as a memory address."""

    def __init__(
        self,
        resolve: Resolve,
        item: Item,
        problems: list[Problem],
        *,
        as_seconds: bool = False,
        as_is: bool = False,
    ) -> None:
        self._resolve = resolve
        self._item = item
        self._as_is = as_is  # whether only outputs are replaced, since a function gets the value, not Airflow
        self._as_seconds = as_seconds  # whether Airflow stores dates and timedeltas as numbers, not as text
        self._visited = 0
        self.problems = problems
        self.placeholders = []
        self.foreign = []
        self.hand_written = []
        self.misplaced = False
        self.stray = []
        self.params = []
        self.spoilt = False
        self.as_key = False
        self.endless = []
        self.inexact = []
        self.unstable = []

    def rewrite(self, value: Any) -> Any:
        """
        Return *value* with references in place of outputs, and exact built-in types. Otherwise it is unchanged.
        """
        return fold(value, self._leaf, self._rebuilt, self._note_failure)

    def _leaf(self, value: Any) -> Any:
        kind = type(value)
        if kind in _UNCHANGED_TYPES:
            return value
        if kind in REWRITERS:
            return REWRITERS[kind](self, value)
        if self._as_is:
            return self._leaf_as_is(value)
        try:
            return self._exact_leaf(value)
        except InexactError as error:
            self.inexact.append(error)
            return value

    def _exact_leaf(self, value: Any) -> Any:
        new = exact_leaf(value)
        if new is INSIDE:
            if self._is_hand_written(value):
                return value
            self.problems.extend(recorded_in(value))
            self._visited += 1
            if self._visited > MAX_VALUES:
                raise too_large(value)
            return new
        if type(new) is str:
            return self._text(new)
        if self._as_seconds:
            check_time(new)
        if new is value and not is_exact(value):
            if self._is_hand_written(value):
                return value
            if not _is_stable(value):
                self.unstable.append(class_name(value))
            elif _is_stored_as_text(type(value)):
                check_text_form(value)
        return new

    def _leaf_as_is(self, value: Any) -> Any:
        if issubclass(type(value), str):
            text = self._text(str.__str__(value))
            return text if type(text) is Text else value
        if self._is_hand_written(value):
            return value
        self.problems.extend(recorded_in(value))
        self._visited += 1
        return INSIDE if self._visited <= MAX_VALUES else value

    def _is_hand_written(self, value: Any) -> bool:
        kind = airflow_kind(type(value))
        if kind is not None:
            self.hand_written.append(kind)
        return kind is not None

    def _rebuilt(self, value: Any, contents: Contents, items: list[Any]) -> Any:
        if contents.kind is not ContainerKind.MAPPING or all(map(is_plain, contents.keys)):
            return rebuilt(value, contents, items)
        known = len(self.placeholders)
        keys = [key if is_plain(key) else self.rewrite(key) for key in contents.keys]
        if len(self.placeholders) > known:
            self.as_key = True
            return rebuilt(value, contents, items)
        return with_keys(value, contents, keys, items)

    def _note_failure(self, value: Any, error: BaseException | None) -> Any:
        if self._as_is:
            return value
        # A user's own container may do anything when it is read or rebuilt.
        (self.endless if error is None else self.unstable).append(class_name(value))
        return value

    def _string(self, value: str) -> str | Text:
        if self._as_is:
            return self._text(value)
        try:
            exact_leaf(value)
        except InexactError as error:
            self.inexact.append(error)
            return value
        return self._text(value)

    def _text(self, value: str) -> str | Text:
        try:
            pieces = split(value)
        except ValueError:
            self.spoilt = True
            return value
        if pieces is None:
            return value

        parts: list[str | Ref] = []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            self.placeholders.append(piece)
            ref = None if piece.task is None else self._resolve(piece.task, piece.key)
            if ref is None:
                self.foreign.append(piece.task)
            else:
                parts.append(ref)
        return Text(tuple(parts))

    def _output(self, value: Output) -> Any:
        self.placeholders.append(value)
        ref = self._resolve(value.task, value.key)
        if ref is None:
            self.foreign.append(value.task)
            return value
        return ref

    def _items(self, value: Items) -> Transform:
        self.placeholders.append(value)
        self.problems.extend(recorded_in(value))
        sources = tuple([self.rewrite(source) for source in value.sources])
        fill = value.fill if value.fill is ... else self.rewrite(value.fill)
        return Transform(value.kind, sources, value.function, fill)

    def _params(self, value: ParamsMark) -> ParamsRef:
        self.placeholders.append(value)
        if recorded := recorded_in(value):
            self.problems.extend(recorded)
        else:
            self.params.append(value.params_class)
        return ParamsRef(value.params_class, value.params_field)

    def _group_item(self, value: GroupItem) -> Any:
        self.placeholders.append(value)
        item = self._item(value)
        if item is None:
            self.stray.append(value.parameter)
            return value
        return item

    def _over(self, value: Over) -> Over:
        self.placeholders.append(value)
        self.problems.extend(recorded_in(value))
        self.misplaced = True
        return value


REWRITERS: Final[Mapping[type[Any], Callable[[Rewriter, Any], Any]]] = {
    str: Rewriter._string,
    Output: Rewriter._output,
    Items: Rewriter._items,
    ParamsMark: Rewriter._params,
    GroupItem: Rewriter._group_item,
    Over: Rewriter._over,
}
"""One method for each kind of placeholder, and for the texts that can contain outputs."""


def argument_problems(rewriter: Rewriter, *, stored: bool) -> Iterator[tuple[str, str, str]]:
    """
    Yield what is wrong with the value of an argument: the code, the end of the message, and the hint.
    """
    for made in dict.fromkeys(rewriter.hand_written):
        yield "FK214", f"{made}{NOT_IN_SPEC}", NATIVE_HINT
    if rewriter.spoilt:
        hint = "Change the value in a function that takes the output."
        yield "FK203", "a string that contains pieces of an output.", hint
    if rewriter.misplaced:
        hint = "Map whole arguments: each(fn, over(…)), operator(Class, argument=over(…)) or each_group(…)."
        yield "FK206", "an over(…), which is not mapped there.", hint
    for parameter in dict.fromkeys(rewriter.stray):
        hint = "Use the item in tasks of the group that each_group() made."
        yield "FK207", f"the item {parameter!r} of a mapped group, but is not in that group.", hint
    if rewriter.as_key:
        hint = "Use outputs only as values of a mapping."
        yield "FK202", "a mapping with an output in a key, which Airflow does not render.", hint
    for error in rewriter.inexact if stored else ():
        yield "FK213", f"{error.what}: {error.reason}.", error.hint
    for kind in dict.fromkeys(rewriter.endless):
        what = f"a {kind} that contains itself or is nested too deeply: Airflow cannot store it."
        yield "FK204", what, "Pass plain values."
    for kind in dict.fromkeys(rewriter.unstable if stored else ()):
        what = (
            f"an object of type {kind}, which has no stable serialized form: Airflow would see a new version of the "
            "DAG at every parse."
        )
        hint = f"Make {kind} an attrs class or a dataclass, give it a __repr__, or pass plain values."
        yield "FK204", what, hint


def _is_stored_as_text(kind: type[Any]) -> bool:
    return not (issubclass(kind, _FUNCTIONS) or is_of_airflow(kind) or hasattr(kind, "serialize"))


def _is_stable(value: Any) -> bool:
    """
    Return whether Airflow serializes *value* in the same way in every process.
    """
    # Not `isinstance`, which asks the object for its `__class__`.
    kind = type(value)
    try:
        if issubclass(kind, _PLAIN + _FUNCTIONS) or is_of_airflow(kind) or hasattr(kind, "serialize"):
            return True
        own_forms = {vars(base).get(name) for base in kind.__mro__[:-1] for name in ("__repr__", "__str__")}
        if own_forms == {None}:
            return False
        text = repr(value)
    except BaseException as error:
        if is_interruption(error):
            raise
        return False
    address = id(value)
    return not (" at 0x" in text or str(address) in text or f"{address:x}" in text.lower())
