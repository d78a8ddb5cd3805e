"""
What a task does: the call of a function, or an operator with its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, final

import attrs

from flowkit.errors import Place


@final
@attrs.frozen
class PythonCall:
    """
    The call of a Python function.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    place: Place = attrs.field(eq=False)
    """The line of `python(…)`."""

    @property
    def name(self) -> str:
        """
        The name that messages use.
        """
        return getattr(self.function, "__name__", type(self.function).__name__)


@final
@attrs.frozen
class OperatorCall:
    """
    An operator and the arguments for its constructor.
    """

    operator: type[Any]
    kwargs: Mapping[str, Any]

    place: Place = attrs.field(eq=False)
    """The line of `operator(…)`."""

    @property
    def name(self) -> str:
        """
        The name that messages use.
        """
        return self.operator.__name__


Call: TypeAlias = PythonCall | OperatorCall


@final
@attrs.frozen
class Ref:
    """
    In the arguments of a spec: the output of the task *task_id*, or one key of it.
    """

    task_id: str
    """The task's id as Airflow knows it, with those of its groups."""

    key: str | None = None


@final
@attrs.frozen
class Text:
    """
    In the arguments of a spec: a text with outputs in it.
    """

    parts: tuple[str | Ref, ...]
