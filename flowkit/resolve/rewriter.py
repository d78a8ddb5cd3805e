"""
Looks into the arguments of a task: for outputs in them, and for values that have no stable form.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any, cast, final
from uuid import UUID

from flowkit.base.lazy_names import LazyImport
from flowkit.draft.nodes import TaskNode
from flowkit.draft.output import Output, Placeholder, Token, holds_output, split
from flowkit.draft.placeholders import GroupItem, Items, ParamsMark
from flowkit.model.attrs_values import changed, is_of_airflow, is_record
from flowkit.model.calls import ItemRef, ParamsRef, Ref, Text, Transform

# Airflow writes these as what they are, or as a text that is the same in every process.
_PLAIN = (type(None), bool, int, float, complex, str, bytes, date, time, timedelta, tzinfo, Decimal, Fraction)
_PLAIN += (UUID, Enum, PurePath, range)  # type: ignore[assignment]
# Beyond this Python's own limit on recursion comes near, in Airflow's serialization first of all.
_DEEPEST = 100
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type)

Item = Callable[[GroupItem], "ItemRef | None"]
"""Gives the reference for an item of a mapped group; `None` outside of that group."""

Resolve = Callable[[TaskNode, "str | None"], "Ref | None"]
"""Gives the reference for an output; `None` when its task is not in the pipeline."""


def is_plain(value: object) -> bool:
    """
    Return whether *value* is a number, a text, a time or nothing: then there is nothing in it to find.
    """
    kind = type(value)
    if kind is str:
        return not holds_output(cast("str", value))
    return (
        kind is int or value is None or kind is bool or kind is float or kind is timedelta or kind is datetime
    )


@final
class Rewriter:
    """
    Replaces the outputs in a value by references, and notes what is wrong with it.
    """

    __slots__ = (
        "_busy",
        "_item",
        "_resolve",
        "as_key",
        "endless",
        "foreign",
        "found",
        "misplaced",
        "params",
        "spoilt",
        "stray",
        "unstable",
    )

    def __init__(self, resolve: Resolve, item: Item) -> None:
        self._resolve = resolve
        self._item = item
        self._busy: set[int] = set()
        self.found: list[Placeholder | Token] = []
        """Every output that was met."""

        self.foreign: list[TaskNode | None] = []
        """The tasks of outputs that are not in the pipeline."""

        self.misplaced: bool = False
        """Whether an `over(…)` stands where nothing can be mapped."""

        self.stray: list[str] = []
        """Parameters of mapped groups whose items are used outside of them."""

        self.params: list[type[Any]] = []
        """The classes of the params that are used."""

        self.spoilt: bool = False
        """Whether a text holds pieces of an output's token."""

        self.as_key: bool = False
        """Whether an output stands in the key of a mapping, where Airflow renders nothing."""

        self.endless: list[str] = []
        """Types of containers that hold themselves, or others beyond all measure."""

        self.unstable: list[str] = []
        """Types of values that Airflow could write only as an address in memory."""

    def rewrite(self, value: Any) -> Any:
        """
        Return *value* with references in place of outputs. What holds none is returned as it is.
        """
        kind = type(value)
        if kind is str:
            return self._text(value)
        if kind is Output:
            return self._output(value)
        if isinstance(value, Placeholder):
            return self._mark(value)
        if kind is LazyImport:  # imported when Airflow gets the pipeline
            return value
        if kind in (int, bool, float, types.NoneType):
            return value
        # A container that holds itself has no end, and no written form.
        if id(value) in self._busy or len(self._busy) >= _DEEPEST:
            self.endless.append(kind.__name__)
            return value
        self._busy.add(id(value))
        try:
            return self._nested(value)
        except Exception:  # noqa: BLE001 - a user's own container may do anything when it is read or made anew
            self.unstable.append(kind.__name__)
            return value
        finally:
            self._busy.discard(id(value))

    def _nested(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, tuple):
            return self._items(value, lambda items: _tuple_like(value, items))
        if isinstance(value, list):
            return self._items(value, list)
        if isinstance(value, set | frozenset):
            return self._items(value, type(value))
        if is_record(value):
            return changed(value, self.rewrite)
        self._note_stability(value)
        return value

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
            self.found.append(piece)
            ref = None if piece.task is None else self._resolve(piece.task, piece.key)
            if ref is None:
                self.foreign.append(piece.task)
            else:
                parts.append(ref)
        return Text(tuple(parts))

    def _output(self, value: Output) -> Any:
        self.found.append(value)
        ref = self._resolve(value.task, value.key)
        if ref is None:
            self.foreign.append(value.task)
            return value
        return ref

    def _mark(self, value: Placeholder) -> Any:
        self.found.append(value)
        if isinstance(value, Items):
            sources = tuple(self.rewrite(source) for source in value.sources)
            return Transform(value.kind, sources, value.function, value.fill)
        if isinstance(value, ParamsMark):
            self.params.append(value.params_class)
            return ParamsRef(value.params_class, value.params_field)
        if isinstance(value, GroupItem):
            item = self._item(value)
            if item is None:
                self.stray.append(value.parameter)
                return value
            return item
        self.misplaced = True
        return value

    def _items(self, value: Any, rebuild: Callable[[list[Any]], Any]) -> Any:
        old = list(value)
        new = [self.rewrite(item) for item in old]
        return value if _same(old, new) else rebuild(new)

    def _mapping(self, value: Mapping[Any, Any]) -> Any:
        keys, old = list(value), list(value.values())
        before = len(self.found)
        new_keys = [self.rewrite(key) for key in keys]
        self.as_key = self.as_key or len(self.found) > before
        new = [self.rewrite(item) for item in old]
        if _same(keys, new_keys) and _same(old, new):
            return value
        return dict(zip(new_keys, new, strict=True))

    def _note_stability(self, value: Any) -> None:
        kind = type(value)
        if isinstance(value, _PLAIN + _FUNCTIONS) or is_of_airflow(kind):
            return
        if isinstance(value, types.SimpleNamespace):
            self._items(list(vars(value).values()), list)
            return
        own_forms = {vars(base).get(name) for base in kind.__mro__[:-1] for name in ("__repr__", "__str__")}
        unwritten = own_forms == {None}
        if unwritten and not hasattr(kind, "serialize"):
            self.unstable.append(kind.__name__)
            return
        try:
            shown = repr(value)
        except Exception:  # noqa: BLE001 - a user's own __repr__ may do anything
            shown = " at 0x"
        address = id(value)
        written = " at 0x" in shown or str(address) in shown or f"{address:x}" in shown.lower()
        if written and not hasattr(kind, "serialize"):
            self.unstable.append(kind.__name__)


def _same(old: list[Any], new: list[Any]) -> bool:
    return all(before is after for before, after in zip(old, new, strict=True))


def _tuple_like(value: tuple[Any, ...], items: list[Any]) -> tuple[Any, ...]:
    # A named tuple takes its items one by one.
    return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
