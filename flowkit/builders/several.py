"""
The type of arguments that hold several values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Several(Protocol[T_co]):
    """
    A collection of values; a `str` is not one of them.

    For type checkers, a `str` is an `Iterable[str]`. It says of itself, however, that it only contains strings, whereas
    collections answer for any object: that difference is what makes type checkers reject it here.
    """

    def __contains__(self, item: object, /) -> bool: ...

    def __iter__(self) -> Iterator[T_co]: ...
