"""
The base class of all builders: they never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol, TypeVar

from flowkit.draft.unique import Unique


class Immutable(Unique):
    """
    An object whose attributes are set only once, by its constructor.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        # This alone keeps builders from being a `TaskResult` to type checkers.
        __format__: None  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride]
    else:
        # Hidden from type checkers: with a `__setattr__`, they would allow assignments to any name.
        def __setattr__(self, name: str, value: object) -> None:
            # A slot is empty until the constructor fills it; other attributes do not exist.
            if hasattr(self, name) or not any(
                name in getattr(cls, "__slots__", ()) for cls in type(self).__mro__
            ):
                self.__delattr__(name)
            object.__setattr__(self, name, value)

        def __delattr__(self, name: str) -> NoReturn:
            msg = (
                f"{self!r} is immutable: {name!r} cannot be assigned to or deleted. Methods return a new object: use "
                "what they return."
            )
            raise AttributeError(msg)


class TaskResult(Protocol):
    """
    What the function of a task may return: anything but a builder.
    """

    def __format__(self, spec: str, /) -> str:
        """
        Any object has this method.
        """
        ...


# mypy does not find the method in None or in a class.
R = TypeVar("R", bound="TaskResult | type[object] | None")
"""What the function of a task returns."""
