"""
What a run tells while it goes on: the words between the process that runs Airflow and the one that shows it.
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias, final

import attrs

NOT_RUN = "not run"
"""The state of a task that Airflow made no part of the run."""


@final
@attrs.frozen
class Phase:
    """
    Something has begun that takes a while.
    """

    text: str


@final
@attrs.frozen
class TaskState:
    """
    The state of a task, or of one member of a mapped task.
    """

    task_id: str
    map_index: int
    """The index of the member; -1 for a task that is not mapped."""

    tries: int
    """How often it has been started."""

    state: str
    """Airflow's word: `running`, `success`, `failed`, `skipped`, `upstream_failed`, `up_for_retry` and so on."""

    seconds: float | None = None
    """How long it ran, where it has run."""

    @property
    def name(self) -> str:
        """
        The id, with the index where there is one.
        """
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


@final
@attrs.frozen
class TaskLog:
    """
    What a failed task logged and printed.
    """

    name: str
    text: str


@final
@attrs.frozen
class Refused:
    """
    The pipeline cannot be run: it is broken, or Airflow ended before its time.
    """

    message: str


@final
@attrs.frozen
class Finished:
    """
    The run has ended.
    """

    state: str
    tasks: tuple[TaskState, ...]
    """All tasks, upstream first."""


Event: TypeAlias = "Phase | TaskState | TaskLog | Refused | Finished"

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Phase, TaskState, TaskLog, Refused, Finished)
}


@final
@attrs.frozen
class Job:
    """
    What to run. The process that runs Airflow gets it when it has warmed up already.
    """

    dag_id: str
    file: str
    folder: str
    """What Airflow puts on `sys.path`, so that the file can import its helpers."""


def encode(value: Event | Job) -> bytes:
    """
    Return *value* as one line.
    """
    return json.dumps([type(value).__name__, attrs.asdict(value)]).encode() + b"\n"


def decode(line: bytes) -> Event:
    """
    Return the event that `encode` made *line* of.
    """
    name, fields = json.loads(line)
    if name == Finished.__name__:
        fields["tasks"] = tuple(TaskState(**task) for task in fields["tasks"])
    event: Event = _KINDS[name](**fields)
    return event


def decode_job(line: bytes) -> Job:
    """
    Return the job that `encode` made *line* of.
    """
    return Job(**json.loads(line)[1])
