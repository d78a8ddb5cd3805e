"""
What a test gets from a simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from traceback import extract_tb
from types import TracebackType
from typing import Any, Final, TypeVar, final

from flowkit.base.interruption import traceback_entries
from flowkit.base.suggestions import did_you_mean
from flowkit.builders.task import Task
from flowkit.testing.simulation.instances import (
    FAILED,
    REMOVED,
    SKIPPED,
    SUCCESS,
    UNEXPANDED,
    UP_FOR_RETRY,
    UPSTREAM_FAILED,
    Instance,
    State,
)
from flowkit.testing.simulation.records import Attempt, Callback, Record
from flowkit.testing.simulation.scheduler import RunState, Scheduler
from flowkit.testing.simulation.simulation_error import SimulationError
from flowkit.testing.simulation.tables import one_line_of, table_of
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.task_runner import TaskRunner
from flowkit.testing.simulation.xcoms import RETURN_KEY, XComs

T = TypeVar("T")

_SEVERITY: Final = (FAILED, UPSTREAM_FAILED, None, UP_FOR_RETRY, SUCCESS, SKIPPED, REMOVED)
"""The states, the one that a mapped task takes from its instances first."""


@final
class SimulatedTask:
    """
    What one task did, or one instance of a mapped task.
    """

    def __init__(
        self, task_id: str, records: list[Record], read: Callable[[str], Any], is_mapped: bool
    ) -> None:
        self.task_id = task_id
        """The id of the task, with those of its groups."""

        self._records = records
        self._read = read
        self._is_mapped = is_mapped

    @property
    def state(self) -> State | None:
        """
        The state: of a mapped task the worst of its instances; `None` if it did not run because the run deadlocked.
        """
        states = set(self.states)
        return next(state for state in _SEVERITY if state in states)

    @property
    def states(self) -> tuple[State | None, ...]:
        """
        The states of all instances, by number.
        """
        return tuple(record.instance.state for record in self._records)

    @property
    def output(self) -> Any:
        """
        The output as other tasks get it: after XCom, and of a mapped task the list of the results.
        """
        return self._read(RETURN_KEY)

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """
        The tries, in order.
        """
        return tuple(self._one("attempts").attempts)

    @property
    def rendered(self) -> Mapping[str, Any]:
        """
        The arguments of the last try, with templates rendered and outputs in place: those of an operator by name, those
        of a function as `"args"` and `"kwargs"`.
        """
        return self._one("rendered").rendered

    @property
    def error(self) -> BaseException | None:
        """
        What the last try raised, of a mapped task that of the first instance that raised something.
        """
        return next((record.error for record in self._records if record.error is not None), None)

    def key(self, name: str) -> Any:
        """
        Return what the task has pushed to XCom under *name*, such as a key of its output.
        """
        return self._read(name)

    def __getitem__(self, map_index: int) -> SimulatedTask:
        """
        Return one instance of a mapped task.

        Raises:
            IndexError: If there is no such instance.
        """
        record = self._records[map_index]
        if record.instance.map_index == UNEXPANDED:
            msg = f"Task {self.task_id!r} has no instances: it is {record.instance.state or 'not run'}."
            raise IndexError(msg)
        return SimulatedTask(
            record.instance.name, [record], lambda key: self._read_at(record.instance, key), is_mapped=False
        )

    def __len__(self) -> int:
        return 0 if self._records[0].instance.map_index == UNEXPANDED else len(self._records)

    def __bool__(self) -> bool:
        return True

    def _read_at(self, instance: Instance, key: str) -> Any:
        reader: Any = self._read
        return reader(key, instance.map_index)

    def _one(self, what: str) -> Record:
        if len(self._records) > 1:
            msg = f"Task {self.task_id!r} has {len(self._records)} instances: ask one of them, [0].{what}."
            raise SimulationError(msg)
        return self._records[0]

    def __repr__(self) -> str:
        return table_of(f"Task {self.task_id!r}", self._records)


@final
class SimulatedRun:
    """
    A run that `simulate` has made up. Its `repr` is a table of all instances.
    """

    def __init__(
        self,
        graph: TaskGraph,
        scheduler: Scheduler,
        runner: TaskRunner,
        state: RunState,
        ids: Callable[[Any], str | None],
    ) -> None:
        self.state: RunState = state
        """`"success"` or `"failed"`."""

        self.order: tuple[str, ...] = tuple(instance.name for instance in runner.order)
        """The instances that ran, in the order of their first tries."""

        self.races: tuple[str, ...] = scheduler.races.found
        """What Airflow leaves to chance in this run: it could end differently there."""

        self.deadlock: tuple[str, ...] = scheduler.deadlock
        """The instances that could never start, if the run failed because of that."""

        self.callbacks: tuple[Callback, ...] = tuple(runner.callbacks)
        """The calls of callbacks, in order."""

        self._dag_id = graph.spec.dag_id
        self._graph = graph
        self._xcoms: XComs = scheduler.xcoms
        self._ids = ids
        self._records: dict[str, list[Record]] = {
            task_id: sorted(
                [
                    runner.records.get(instance, Record(instance))
                    for instance in scheduler.instances.of(task_id)
                ],
                key=lambda record: record.instance.map_index,
            )
            for task_id in graph.tasks
        }

    @property
    def states(self) -> dict[str, State | None]:
        """
        The states of all instances, by the id of the task and the number of the instance: `"load"`, `"each[0]"`.
        """
        return {record.instance.name: record.instance.state for record in self._all()}

    def __getitem__(self, task_id: str) -> SimulatedTask:
        """
        Return what the task *task_id* did; the id of a task in a group begins with that of the group: `"group.task"`.

        Raises:
            KeyError: If there is no such task.
        """
        if task_id not in self._records:
            msg = f"Pipeline {self._dag_id!r} has no task {task_id!r}. {did_you_mean(task_id, list(self._records))}"
            raise KeyError(msg.rstrip())
        expands = self._graph.expands(task_id)

        def read(key: str, map_index: int | None = None) -> Any:
            if map_index is not None or not expands:
                return self._xcoms.get(task_id, key, UNEXPANDED if map_index is None else map_index)
            return [value for value in self._xcoms.all(task_id, key) if value is not None]

        return SimulatedTask(task_id, self._records[task_id], read, expands)

    def output_of(self, task: Task[T], /) -> T:
        """
        Return the output of *task*, with its type.

        Raises:
            SimulationError: If the task is not in this pipeline, or is in a mapped group and has several outputs.
        """
        task_id = self._ids(task)
        if task_id is None:
            msg = f"The task was not found in pipeline {self._dag_id!r}. Ask for it by its id: run['group.task']."
            raise SimulationError(msg)
        if self._graph.mapped_groups[task_id]:
            msg = f"Task {task_id!r} is in a mapped group and has an output for each copy: use run[{task_id!r}].output."
            raise SimulationError(msg)
        output: T = self[task_id].output
        return output

    def report(self) -> str:
        """
        Return the table of all instances, after the lines in which the tasks that failed did so.
        """
        failed = [record for record in self._all() if record.instance.state == FAILED]
        lines = [line for record in failed if (line := _failure(record)) is not None]
        return "\n".join([*lines, repr(self)])

    def assert_success(self) -> None:
        """
        Fail the test unless the run succeeded.

        Raises:
            AssertionError: With the table of all instances; its cause is the exception of the first task that failed.
        """
        if self.state == "success":
            return
        cause = next(
            (
                record.error
                for record in self._all()
                if record.instance.state == FAILED and record.error is not None
            ),
            None,
        )
        if cause is not None:
            _begin_in_user_code(cause)
        raise AssertionError(repr(self)) from cause

    def _all(self) -> list[Record]:
        return [record for records in self._records.values() for record in records]

    def __repr__(self) -> str:
        title = f"Run of {self._dag_id!r}: {self.state}"
        if self.deadlock:
            title += f", deadlock of {', '.join(self.deadlock)}"
        return "\n".join([table_of(title, self._all()), *(f"  race: {race}" for race in self.races)])


def _failure(record: Record) -> str | None:
    """
    Return where the exception of a task was raised, and what it is.
    """
    error = record.error
    entry = None if error is None else _first_of_user(error)
    if error is None or entry is None:
        return None
    *_, frame = extract_tb(entry)
    text = one_line_of(error)
    return f"{frame.filename}:{frame.lineno}: in {frame.name}, task {record.instance.name!r}: {text}"


def _first_of_user(error: BaseException) -> TracebackType | None:
    for entry in traceback_entries(error):
        module = str(entry.tb_frame.f_globals.get("__name__"))
        if module.partition(".")[0] not in {"flowkit", "asyncio"}:
            return entry
    return None


def _begin_in_user_code(error: BaseException) -> None:
    """
    Cut the traceback of *error* so that it begins in the function of the task.
    """
    entry = _first_of_user(error)
    if entry is not None:
        error.__traceback__ = entry
