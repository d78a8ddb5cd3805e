"""
The results of `items.map`, `filter`, `zip` and `concat`: sequences that compute their items when asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, final, overload

from flowkit.model.calls import Transform


class DroppedItemError(Exception):
    """
    An item that `items.filter` leaves out was asked for: the instance for it is skipped.
    """


def transformed(transform: Transform, values: list[Any]) -> Sequence[Any]:
    """
    Return what an `items.…` makes of the values of its sources.

    Raises:
        ValueError: If one of them is no sequence and no mapping.
    """
    kind = "map" if transform.kind == "filter" else transform.kind
    for value in values:
        if not isinstance(value, Sequence | dict):
            msg = f"XCom {kind} expects sequence or dict, not {type(value).__name__}"
            raise ValueError(msg)  # noqa: TRY004 - as Airflow
    if transform.kind == "zip":
        return _Zipped(values, transform.fill)
    if transform.kind == "concat":
        return _Concatenated(values)
    function: Any = transform.function
    return _Mapped(values[0], function if transform.kind == "map" else _dropping(function))


def length(transform: Transform, lengths: list[int]) -> int:
    """
    Return how many items there are, given how many its sources have.
    """
    if transform.kind == "zip":
        return min(lengths) if transform.fill is ... else max(lengths)
    return sum(lengths) if transform.kind == "concat" else lengths[0]


def item_at(values: Any, position: int) -> Any:
    """
    Return the item at *position* of what a task is mapped over: of a mapping, the pair of key and value.

    Raises:
        TypeError: If it is no sequence and no mapping.
        IndexError: If there is no such item.
    """
    if isinstance(values, Sequence):
        return values[position]
    if not isinstance(values, dict):
        msg = f"can't map over value of type {type(values)}"
        raise TypeError(msg)
    for pair in islice(values.items(), position, None):
        return pair
    msg = f"index {position} is over mapped length"
    raise IndexError(msg)


def _dropping(keep: Callable[[Any], object]) -> Callable[[Any], Any]:
    def kept(item: Any) -> Any:
        if not keep(item):
            raise DroppedItemError
        return item

    return kept


class _Items(Sequence[Any]):
    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> Any: ...

    def __getitem__(self, index: Any) -> Any:
        return self._at(index)

    def _at(self, index: Any) -> Any:
        raise NotImplementedError


@final
class _Mapped(_Items):
    def __init__(self, values: Any, function: Callable[[Any], Any]) -> None:
        self._values = values
        self._function = function

    def _at(self, index: Any) -> Any:
        return self._function(self._values[index])

    def __len__(self) -> int:
        return len(self._values)


@final
class _Zipped(_Items):
    def __init__(self, values: list[Any], fill: Any) -> None:
        self._values = values
        self._fill = fill

    def _at(self, index: Any) -> Any:
        if index >= len(self):
            raise IndexError(index)
        return tuple(self._part(values, index) for values in self._values)

    def _part(self, values: Any, index: Any) -> Any:
        try:
            return values[index]
        except (IndexError, KeyError):
            return self._fill

    def __len__(self) -> int:
        lengths = [len(values) for values in self._values]
        return min(lengths) if self._fill is ... else max(lengths)


@final
class _Concatenated(_Items):
    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def _at(self, index: Any) -> Any:
        position = index if index >= 0 else len(self) + index
        for values in self._values:
            if position < 0:
                break
            if position < len(values):
                return item_at(values, position) if isinstance(values, Sequence) else list(values)[position]
            position -= len(values)
        msg = "list index out of range"
        raise IndexError(msg)

    def __len__(self) -> int:
        return sum(len(values) for values in self._values)
