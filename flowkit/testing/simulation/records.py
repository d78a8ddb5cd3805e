"""
What a simulation notes about each instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

import attrs

from flowkit.testing.simulation.instances import Instance, State


@final
@attrs.frozen
class Attempt:
    """
    One try of an instance.
    """

    number: int
    """1 for the first try."""

    state: State
    """What it ended with: `"up_for_retry"` if another one followed."""

    error: BaseException | None = attrs.field(default=None, eq=False)
    """What the task raised; `None` if it raised nothing."""


@final
@attrs.frozen
class Callback:
    """
    One call of a callback.
    """

    kind: str
    """The option: `"on_failure_callback"`."""

    task: str | None
    """The instance, such as `"load"` or `"each[0]"`; `None`: of the pipeline."""

    called: bool = attrs.field(default=True, eq=False)
    """Whether the function was called. Airflow's notifiers are not: they would send a message."""


@final
@attrs.define
class Record:
    """
    What is known about one instance.
    """

    instance: Instance
    attempts: list[Attempt] = attrs.field(factory=list)
    rendered: Mapping[str, Any] = attrs.field(factory=dict)
    """The arguments of the last try, with templates rendered and outputs in place."""

    @property
    def error(self) -> BaseException | None:
        """
        What the last try raised.
        """
        return self.attempts[-1].error if self.attempts else None
