"""
What the instances of a run have pushed to XCom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, Final, final, overload

from flowkit.testing.simulation.xcom_values import XComValue

RETURN_KEY: Final = "return_value"
"""The key under which Airflow keeps what a task returns."""

CHOICE_KEY: Final = "skipmixin_key"
"""The key under which branches and short circuits keep what they chose."""

FOLLOWED: Final = "followed"
SKIPPED_TASKS: Final = "skipped"


@final
class XComs:
    """
    The values that were pushed, by task and key, then by the number of the instance.
    """

    def __init__(self, on_read: Callable[[str], object]) -> None:
        """
        Args:
            on_read: Is called with the id of each task whose values are read.
        """
        self._values: dict[tuple[str, str], dict[int, XComValue]] = {}
        self._on_read = on_read

    def push(self, task_id: str, map_index: int, key: str, value: Any) -> None:
        """
        Keep *value*.

        Raises:
            Exception: What Airflow raises for values that it cannot write.
        """
        self._values.setdefault((task_id, key), {})[map_index] = XComValue(value)

    def clear(self, task_id: str, map_index: int) -> None:
        """
        Remove what an instance has pushed, before it runs again.
        """
        for (owner, _key), values in self._values.items():
            if owner == task_id:
                values.pop(map_index, None)

    def get(self, task_id: str, key: str, map_index: int) -> Any:
        """
        Return what an instance has pushed, or `None`.
        """
        self._on_read(task_id)
        value = self._values.get((task_id, key), {}).get(map_index)
        return None if value is None else value.read()

    def has(self, task_id: str, key: str, map_index: int) -> bool:
        """
        Return whether an instance has pushed something under *key*.
        """
        return map_index in self._values.get((task_id, key), {})

    def choice(self, task_id: str, map_index: int) -> dict[str, list[str]]:
        """
        Return what a branch or a short circuit has chosen.
        """
        value = self._values.get((task_id, CHOICE_KEY), {}).get(map_index)
        choice: dict[str, list[str]] = {} if value is None else value.read()
        return choice

    def all(self, task_id: str, key: str) -> list[Any]:
        """
        Return what all instances of a task have pushed, in the order of their numbers.
        """
        self._on_read(task_id)
        return [value.read() for _index, value in sorted(self._values.get((task_id, key), {}).items())]

    def count(self, task_id: str, key: str = RETURN_KEY) -> int:
        """
        Return how many instances have pushed something.
        """
        return len(self._values.get((task_id, key), {}))

    def at(self, task_id: str, key: str, position: int) -> Any:
        """
        Return what the instance at *position* has pushed, among those that have pushed something.

        Raises:
            IndexError: If there are not as many.
        """
        self._on_read(task_id)
        values = self._values.get((task_id, key), {})
        return values[sorted(values)[position]].read()


@final
class ResultSequence(Sequence[Any]):
    """
    The results of a mapped task, for a task that takes them all: like Airflow's, a sequence and not a list.
    """

    def __init__(self, xcoms: XComs, task_id: str, key: str) -> None:
        self._xcoms = xcoms
        self._task_id = task_id
        self._key = key

    @overload
    def __getitem__(self, key: int) -> Any: ...

    @overload
    def __getitem__(self, key: slice) -> list[Any]: ...

    def __getitem__(self, key: int | slice) -> Any:
        if isinstance(key, slice):
            return self._xcoms.all(self._task_id, self._key)[key]
        return self._xcoms.at(self._task_id, self._key, key)

    def __len__(self) -> int:
        return self._xcoms.count(self._task_id, self._key)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._xcoms.all(self._task_id, self._key))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return all(mine == theirs for mine, theirs in zip_longest(self, other, fillvalue=object()))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        count = len(self)
        return f"LazyXComSequence([{count} {'item' if count == 1 else 'items'}])"
