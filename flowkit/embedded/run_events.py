"""
The events of a run, and their JSON form between the process that runs Airflow and the one that shows them.
"""

from __future__ import annotations

from typing import Any, TypeAlias, final

import attrs

NOT_RUN = "not run"
"""The state of a task that Airflow did not include in the run."""


@final
@attrs.frozen
class Phase:
    """
    Something that takes a while has begun.
    """

    text: str


@final
@attrs.frozen
class TaskState:
    """
    The state of a task, or of one instance of a mapped task.
    """

    task_id: str
    map_index: int
    """The index of the instance; -1 for a task that is not mapped."""

    tries: int
    """How often it was started."""

    state: str
    """The state's name in Airflow: `running`, `success`, `failed`, `skipped`, `upstream_failed`, `up_for_retry` …"""

    seconds: float | None = None
    """How long it ran; `None` if it did not run."""

    @property
    def name(self) -> str:
        """
        The id, with the index of a mapped task.
        """
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


@final
@attrs.frozen
class TaskLog:
    """
    The output of a failed task.
    """

    name: str
    text: str


@final
@attrs.frozen
class Refused:
    """
    The pipeline cannot be run: it is broken, or Airflow exited early.
    """

    message: str


@final
@attrs.frozen
class Finished:
    """
    The run has finished.
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
    What to run. The process that runs Airflow receives it after it has started Airflow.
    """

    dag_id: str
    file: str
    folder: str
    """The DAG folder, which Airflow puts on `sys.path`, so that the file can import its helpers."""


def encode(value: Event | Job) -> Any:
    """
    Return *value* as a JSON value.
    """
    return [type(value).__name__, attrs.asdict(value)]


def decode(value: Any) -> Event:
    """
    Return the event that `encode` made *value* from.
    """
    name, fields = value
    if name == Finished.__name__:
        fields["tasks"] = tuple(TaskState(**task) for task in fields["tasks"])
    event: Event = _KINDS[name](**fields)
    return event


def decode_job(value: Any) -> Job:
    """
    Return the job that `encode` made *value* from.
    """
    return Job(**value[1])
