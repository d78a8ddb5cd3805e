"""
Objects that exist once: a second one would be another task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from flowkit.base.call_site import caller
from flowkit.base.errors import OutputUseError
from flowkit.base.exception_text import class_name
from flowkit.base.problems import Problem

if TYPE_CHECKING:
    from typing_extensions import Self


class Unique:
    """
    An immutable object whose copy is the object itself, and that cannot be pickled.
    """

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        # A configuration may hold a task: its deep copy holds the same task.
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        message = f"A {class_name(self)} was pickled; a copy in another process would belong to no pipeline."
        hint = (
            "Pickle what it is made from, such as its configuration, and build the pipeline where it is used."
        )
        raise OutputUseError(Problem("FK008", message, hint, caller()))
