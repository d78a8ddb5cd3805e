"""
What all builders have in common: they never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol, TypeVar


class Immutable:
    """
    An object whose attributes are set once, when it is made.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        # All that tells builders from results: to type checkers they are no `TaskResult`.
        __format__: None  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride]
    else:
        # Hidden from type checkers: where they see a `__setattr__`, they let every name be assigned to.
        def __setattr__(self, name: str, value: object) -> None:
            # A slot is empty until the constructor fills it. What has no slot is no attribute of a builder at all.
            if hasattr(self, name) or not any(
                name in getattr(cls, "__slots__", ()) for cls in type(self).__mro__
            ):
                self.__delattr__(name)
            object.__setattr__(self, name, value)

        def __delattr__(self, name: str) -> NoReturn:
            msg = (
                f"{self!r} is immutable: {name!r} cannot be assigned to or deleted. Every method returns a new object; "
                "keep what it returns."
            )
            raise AttributeError(msg)


class TaskResult(Protocol):
    """
    What the function of a task may return: anything but what pipelines are built of.
    """

    def __format__(self, spec: str, /) -> str:
        """
        Every object has this.
        """
        ...


# mypy finds the method neither in None nor in a class.
R = TypeVar("R", bound="TaskResult | type[object] | None")
"""What the function of a task returns."""
