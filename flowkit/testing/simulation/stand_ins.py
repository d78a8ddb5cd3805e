"""
What stands for Airflow's objects in the context of a simulated task: the DAG, the run, the task and the task instance.

Each has what tests and functions commonly ask for. Anything else raises an `AttributeError` that explains itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from itertools import product
from typing import Any, Final, NoReturn, final

from flowkit.model.pipeline import TaskSpec
from flowkit.testing.simulation.instances import Instance
from flowkit.testing.simulation.run_info import RunInfo, as_pendulum
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.xcoms import RETURN_KEY, XComs

_NOT_GIVEN: Final[Any] = object()


def not_simulated(what: str) -> NoReturn:
    """
    Raise the error of an attribute that the simulation does not have.

    Raises:
        AttributeError: Always.
    """
    msg = f"{what} is not simulated. Give the task a stub, or test it with Airflow's dag.test()."
    raise AttributeError(msg)


@final
class SimulatedDag:
    """
    Stands for the DAG.
    """

    def __init__(self, graph: TaskGraph, params: Mapping[str, Any]) -> None:
        settings = graph.spec.settings
        self.dag_id: str = graph.spec.dag_id
        self.description: str | None = settings.get("description")
        self.tags: set[str] = set(settings.get("tags") or ())
        self.params: dict[str, Any] = dict(params)
        self.default_args: dict[str, Any] = dict(graph.spec.defaults)
        self.task_ids: list[str] = list(graph.tasks)
        self.start_date: Any = as_pendulum(settings.get("start_date")) if settings.get("start_date") else None
        self.catchup: bool = bool(settings.get("catchup", False))
        self.fail_fast: bool = bool(settings.get("fail_fast", False))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        not_simulated(f"dag.{name}")

    def __repr__(self) -> str:
        return f"<DAG: {self.dag_id}>"


class SimulatedRunType(str, Enum):
    """
    Stands for Airflow's `DagRunType`.
    """

    MANUAL = "manual"
    SCHEDULED = "scheduled"

    def __str__(self) -> str:
        return f"DagRunType.{self.name}"


@final
class SimulatedDagRun:
    """
    Stands for the run.
    """

    def __init__(self, run: RunInfo) -> None:
        self.dag_id: str = run.dag_id
        self.run_id: str = run.run_id
        self.run_type: SimulatedRunType = SimulatedRunType(run.run_type)
        self.conf: dict[str, Any] = dict(run.conf)
        self.state: str = "running"
        self.logical_date: Any = as_pendulum(run.logical_date)
        self.run_after: Any = self.logical_date
        self.start_date: Any = self.logical_date
        self.end_date: datetime | None = None
        start, end = run.data_interval or (None, None)
        self.data_interval_start: Any = as_pendulum(start)
        self.data_interval_end: Any = as_pendulum(end)
        self.partition_key: str | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        not_simulated(f"dag_run.{name}")


@final
class SimulatedOperator:
    """
    Stands for the operator of a task.
    """

    def __init__(self, task: TaskSpec, graph: TaskGraph, dag: SimulatedDag) -> None:
        options = task.options
        self.task_id: str = task.task_id
        self.dag_id: str = graph.spec.dag_id
        self.dag: SimulatedDag = dag
        self.label: str = task.id
        self.owner: str = options.get("owner") or "airflow"
        self.retries: int = options.get("retries") or 0
        self.trigger_rule: str = graph.rules[task.task_id]
        self.upstream_task_ids: set[str] = set(task.upstream)
        self.downstream_task_ids: set[str] = set(graph.downstream[task.task_id])
        self.inlets: list[Any] = list(options.get("inlets") or ())
        self.outlets: list[Any] = list(options.get("outlets") or ())
        self.params: dict[str, Any] = dict(options.get("params") or {})
        self.is_setup: bool = task.role == "setup"
        self.is_teardown: bool = task.role == "teardown"
        self._options = options

    def __getattr__(self, name: str) -> Any:
        options: Mapping[str, Any] = self.__dict__.get("_options", {})
        if name in options:
            return options[name]
        if name.startswith("__"):
            raise AttributeError(name)
        not_simulated(f"task.{name}")

    def __repr__(self) -> str:
        return f"<Task: {self.task_id}>"


@final
class SimulatedTaskInstance:
    """
    Stands for the task instance: `ti` in the context.
    """

    def __init__(self, instance: Instance, task: SimulatedOperator, run: RunInfo, xcoms: XComs) -> None:
        self.task: SimulatedOperator = task
        self.task_id: str = instance.task_id
        self.dag_id: str = run.dag_id
        self.run_id: str = run.run_id
        self.map_index: int = instance.map_index
        self.try_number: int = instance.try_number
        self.max_tries: int = task.retries
        self.state: str = "running"
        self.start_date: Any = as_pendulum(run.logical_date)
        self.hostname: str = "localhost"
        self._xcoms = xcoms

    def xcom_push(self, key: str, value: Any) -> None:
        """
        Push a value under *key*.
        """
        self._xcoms.push(self.task_id, self.map_index, key, value)

    def xcom_pull(
        self,
        task_ids: str | Iterable[str] | None = None,
        dag_id: str | None = None,
        key: str = RETURN_KEY,
        include_prior_dates: bool = False,  # noqa: ARG002 - there are none
        *,
        map_indexes: Any = _NOT_GIVEN,
        default: Any = None,
        run_id: str | None = None,
    ) -> Any:
        """
        Return what tasks of this run have pushed, as Airflow's method does.
        """
        if dag_id not in {None, self.dag_id} or run_id not in {None, self.run_id}:
            not_simulated("xcom_pull from another DAG or run")
        is_single = task_ids is None or isinstance(task_ids, str)
        ids = [self.task_id if task_ids is None else str(task_ids)] if is_single else list(task_ids or ())
        if map_indexes is _NOT_GIVEN:
            return self._pull_all(ids, key, is_single)
        is_one = map_indexes is None or isinstance(map_indexes, int)
        given: Any = map_indexes
        numbers: list[Any] = [given] if is_one else list(given)
        found = []
        for task_id, number in product(ids, numbers):
            value = self._xcoms.get(task_id, key, -1 if number is None else number)
            found.append(default if value is None else value)
        return found[0] if is_single and is_one else found

    def _pull_all(self, ids: list[str], key: str, is_single: bool) -> Any:
        found: list[Any] = []
        for task_id in ids:
            found += self._xcoms.all(task_id, key) or [None]
        return found[0] if is_single and len(found) == 1 else found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        not_simulated(f"ti.{name}")


@final
class Lookup:
    """
    Values by name: `var.value.my_variable` and `conn.my_connection`.
    """

    def __init__(self, find: Callable[[str], Any]) -> None:
        self._find = find

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._find(name)

    def get(self, name: str, default: Any = _NOT_GIVEN) -> Any:
        """
        Return the value of *name*, or *default*.
        """
        try:
            return self._find(name)
        except KeyError:
            if default is _NOT_GIVEN:
                raise
            return default


@final
class NotSimulated:
    """
    Stands for something that the simulation does not have: using it raises an `AttributeError`.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        not_simulated(f"{self._name}.{name}")

    def __getitem__(self, key: object) -> Any:
        not_simulated(f"{self._name}[…]")

    def __repr__(self) -> str:
        return f"<{self._name}: not simulated>"
