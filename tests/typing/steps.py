"""
What the tasks of the typing tests do: functions with the types that the checkers compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import attrs
from typing_extensions import TypedDict, TypeVar

T = TypeVar("T")


class Row(TypedDict):
    """
    One row of a table.
    """

    name: str
    amount: float


@attrs.frozen
class Window:
    """
    A value of a class of the user's own, with room for outputs.
    """

    since: datetime
    names: Sequence[str]


def read(path: str) -> list[Row]:
    """
    Text in, rows out.
    """
    return [{"name": path, "amount": 1.0}]


def find(rows: Sequence[Row], name: str) -> Row | None:
    """
    Return a row, or none.
    """
    return next((row for row in rows if row["name"] == name), None)


def largest(rows: Sequence[Row]) -> Row:
    """
    Return one row.
    """
    return max(rows, key=lambda row: row["amount"])


def names_of(rows: Sequence[Row]) -> list[str]:
    """
    Rows in, names out.
    """
    return [row["name"] for row in rows]


def count(things: Sequence[object]) -> int:
    """
    Return a number.
    """
    return len(things)


def total(numbers: Iterable[float], *, start: float = 0.0) -> float:
    """
    Numbers in, a number out.
    """
    return sum(numbers, start)


def double(number: int) -> int:
    """
    A number in, a number out.
    """
    return 2 * number


def append_to(numbers: list[int]) -> list[int]:
    """
    Take a list and not just any sequence.
    """
    return [*numbers, 0]


def flags() -> list[bool]:
    """
    Return a list of a narrower type than `append_to` takes.
    """
    return [True]


def today() -> datetime:
    """
    Take nothing.
    """
    return datetime(2026, 1, 1)


def show(window: Window, title: str = "window") -> str:
    """
    Take a value that holds other values.
    """
    return f"{title}: {window}"


def first(things: Sequence[T]) -> T:
    """
    Return what the argument is made of.
    """
    return things[0]


def store(rows: list[Row], *, table: str) -> None:
    """
    Return nothing.
    """


def day() -> Literal["weekday", "weekend"]:
    """
    Choose one way.
    """
    return "weekday"


def days(number: int) -> list[Literal["weekday", "weekend"]]:
    """
    Choose several ways.
    """
    return ["weekday"] if number else ["weekend", "weekday"]


async def download(url: str) -> str:
    """
    Return text, later.
    """
    return url


def shout(text: str) -> str:
    """
    Return a text in capital letters.
    """
    return text.upper()
