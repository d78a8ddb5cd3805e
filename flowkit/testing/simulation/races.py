"""
What Airflow leaves to chance in a run: the tests of a pipeline should not rely on it.
"""

from __future__ import annotations

from typing import final


@final
class Races:
    """
    Collects the races of a run, each once.
    """

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def add(self, text: str) -> None:
        """
        Note a race.
        """
        self._found.setdefault(text)

    @property
    def found(self) -> tuple[str, ...]:
        """
        The races, in the order in which they occurred.
        """
        return tuple(self._found)
