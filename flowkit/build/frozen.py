"""
What all builders have in common: they never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn


class Frozen:
    """
    An object whose attributes are set once, when it is made.
    """

    __slots__ = ()

    if not TYPE_CHECKING:
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
