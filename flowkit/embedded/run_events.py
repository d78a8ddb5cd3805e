"""
The events of a run, and their JSON form between the process that runs Airflow and the one that shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
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

    dag_id: str = ""
    """The pipeline, if the run of another one caused this run."""

    @property
    def name(self) -> str:
        """
        The id, with the index of a mapped task, and with the pipeline if that is another one.
        """
        name = self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"
        return f"{self.dag_id}: {name}" if self.dag_id else name


@final
@attrs.frozen
class TaskLog:
    """
    The output of a task: of each that fails, or of all if they were asked for.
    """

    name: str
    text: str


@final
@attrs.frozen
class Lookup:
    """
    The file of another pipeline is needed. The answer is sent with `PipelineRun.answer`.
    """

    dag_id: str


@final
@attrs.frozen
class OtherRun:
    """
    The run of another pipeline, which this run has caused, has finished.
    """

    dag_id: str
    state: str
    tasks: tuple[TaskState, ...]
    """All tasks, upstream first."""


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
    The run has finished, and all runs that it caused.
    """

    state: str
    tasks: tuple[TaskState, ...]
    """All tasks, upstream first."""


Event: TypeAlias = "Phase | TaskState | TaskLog | Lookup | OtherRun | Refused | Finished"

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Phase, TaskState, TaskLog, Lookup, OtherRun, Refused, Finished)
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

    conf: dict[str, Any] = attrs.field(factory=dict)
    """The configuration of the run, which also holds its params."""

    logical_date: str | None = None
    """In ISO format, with a time zone; `None`: now."""

    show_logs: bool = False
    """Whether to report the output of each task, and not only of those that fail."""

    follow: Sequence[str] | None = None
    """The files with pipelines that wait for assets; `None` if these are not to be run."""


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
    if "tasks" in fields:
        fields["tasks"] = tuple(TaskState(**task) for task in fields["tasks"])
    event: Event = _KINDS[name](**fields)
    return event


def decode_job(value: Any) -> Job:
    """
    Return the job that `encode` made *value* from.
    """
    return Job(**value[1])
