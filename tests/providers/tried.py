"""
What became of the calls of some operators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from tests.providers.lazily import ABOUT_NAMES, Read
from tests.providers.replay import Replayed
from tests.providers.trials import Trial


@attrs.frozen
class Checked:
    """
    One call, checked in other ways, too.
    """

    trial: Trial

    read: Read
    """What was found without importing the operator."""

    messages: tuple[str, ...]
    """What mypy found."""

    @property
    def is_same_lazily(self) -> bool:
        """
        Whether reading the source of the operator finds the same.
        """
        return ABOUT_NAMES.intersection(self.read.codes) == ABOUT_NAMES.intersection(self.trial.codes)

    @property
    def is_same_typed(self) -> bool:
        """
        Whether mypy finds something where flowkit does.
        """
        return bool(self.messages) == bool(self.trial.codes)

    @property
    def was_imported(self) -> bool:
        """
        Whether the operator was imported after all, as its source is not clear.
        """
        return self.read.was_imported


@attrs.frozen
class Tried:
    """
    What became of the calls of some classes.
    """

    without_call: Mapping[str, str]
    """Classes for which no good call is known, and why."""

    trials: Sequence[Trial]
    goods: Sequence[Replayed]
    """The good call of each class, by hand and with flowkit."""

    checked: Sequence[Checked] = ()
    """Some of the trials, checked in other ways, too."""
