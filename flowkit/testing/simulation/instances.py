"""
The instances of the tasks of a run, and their states.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias, final

State: TypeAlias = Literal["success", "failed", "skipped", "upstream_failed", "removed", "up_for_retry"]
"""The state of an instance; `None`: it did not run."""

SUCCESS: Final = "success"
FAILED: Final = "failed"
SKIPPED: Final = "skipped"
UPSTREAM_FAILED: Final = "upstream_failed"
REMOVED: Final = "removed"
UP_FOR_RETRY: Final = "up_for_retry"

FINISHED: Final = frozenset({SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED, REMOVED})
SCHEDULABLE: Final = frozenset({None, UP_FOR_RETRY})
UNEXPANDED: Final = -1
"""The number of the instance of a task that is not mapped, or not expanded yet."""


@final
class Instance:
    """
    One instance of a task.
    """

    __slots__ = ("map_index", "state", "task_id", "try_number")

    def __init__(self, task_id: str, map_index: int, state: State | None = None) -> None:
        self.task_id: str = task_id
        self.map_index: int = map_index
        self.state: State | None = state
        self.try_number: int = 0

    @property
    def name(self) -> str:
        """
        The id of the task, with the number of the instance if it has one: `each[0]`.
        """
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"

    @property
    def is_finished(self) -> bool:
        """
        Whether its state is final.
        """
        return self.state in FINISHED

    @property
    def is_schedulable(self) -> bool:
        """
        Whether it may still run.
        """
        return self.state in SCHEDULABLE


@final
class Instances:
    """
    All instances of a run, by task, in the order in which they were made.
    """

    def __init__(self) -> None:
        self._by_task: dict[str, list[Instance]] = {}
        self._all: list[Instance] = []

    def add(self, instance: Instance) -> None:
        """
        Add an instance.
        """
        self._by_task.setdefault(instance.task_id, []).append(instance)
        self._all.append(instance)

    def of(self, task_id: str) -> list[Instance]:
        """
        Return the instances of a task.
        """
        return self._by_task[task_id]

    def unexpanded(self, task_id: str) -> Instance | None:
        """
        Return the instance of a task that is not mapped, or not expanded yet.
        """
        first = self._by_task[task_id][0]
        return first if first.map_index == UNEXPANDED else None

    def __iter__(self) -> Iterator[Instance]:
        return iter(self._all)
