"""
The context of a simulated task, whose values are made when somebody asks for them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, final

from flowkit.base.simulated_context import simulated_context
from flowkit.testing.simulation.environment import Environment
from flowkit.testing.simulation.instances import Instance
from flowkit.testing.simulation.macros import Macros
from flowkit.testing.simulation.run_info import RunInfo, as_pendulum
from flowkit.testing.simulation.stand_ins import (
    Lookup,
    NotSimulated,
    SimulatedDag,
    SimulatedDagRun,
    SimulatedOperator,
    SimulatedTaskInstance,
)
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.xcoms import XComs

_AIRFLOW_CONTEXTS: Final = "airflow.sdk.definitions._internal.contextmanager"


@final
class Context(MutableMapping[str, Any]):
    """
    Airflow's context as a mapping.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        self._makers = dict(makers)
        self._values: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._values:
            self._values[key] = self._makers[key]()
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._makers.setdefault(key, lambda: None)
        self._values[key] = value

    def __delitem__(self, key: str) -> None:
        del self._makers[key]
        self._values.pop(key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __contains__(self, key: object) -> bool:
        return key in self._makers


@final
class Contexts:
    """
    Makes the contexts of the instances of a run.
    """

    def __init__(
        self,
        graph: TaskGraph,
        run: RunInfo,
        xcoms: XComs,
        params: Callable[[str], Mapping[str, Any]],
        environment: Environment,
    ) -> None:
        self._graph = graph
        self._run = run
        self._xcoms = xcoms
        self._params = params
        self._dag: SimulatedDag | None = None
        self._shared = {**_dates(run), **_of_run(run, environment)}

    @property
    def dag(self) -> SimulatedDag:
        """
        The object that stands for the DAG.
        """
        if self._dag is None:
            self._dag = SimulatedDag(self._graph, self._params(""))
        return self._dag

    def of(self, instance: Instance) -> Context:
        """
        Return a new context for a try of *instance*.
        """
        spec = self._graph.tasks[instance.task_id]

        def operator() -> SimulatedOperator:
            return SimulatedOperator(spec, self._graph, self.dag)

        def task_instance() -> SimulatedTaskInstance:
            return SimulatedTaskInstance(instance, context["task"], self._run, self._xcoms)

        context = Context(
            {
                **self._shared,
                "dag": lambda: self.dag,
                "inlets": lambda: list(spec.options.get("inlets") or ()),
                "outlets": lambda: list(spec.options.get("outlets") or ()),
                "map_index_template": lambda: spec.options.get("map_index_template"),
                "params": lambda: dict(self._params(instance.task_id)),
                "task": operator,
                "ti": task_instance,
                "task_instance": lambda: context["ti"],
                "task_instance_key_str": lambda: (
                    f"{self._run.dag_id}__{instance.task_id}__{self._key_date()}"
                ),
            }
        )
        return context

    def _key_date(self) -> str:
        date = self._run.logical_date
        return self._run.run_id if date is None else date.strftime("%Y%m%d")


def _of_run(run: RunInfo, environment: Environment) -> dict[str, Callable[[], Any]]:
    def json_variable(name: str) -> Any:
        value = environment.variable(name)
        return json.loads(value) if isinstance(value, str) else value

    return {
        "run_id": lambda: run.run_id,
        "dag_run": lambda: SimulatedDagRun(run),
        "macros": Macros,
        "var": lambda: {"value": Lookup(environment.variable), "json": Lookup(json_variable)},
        "conn": lambda: Lookup(environment.connection),
        "inlet_events": lambda: NotSimulated("inlet_events"),
        "outlet_events": lambda: NotSimulated("outlet_events"),
        "task_state_store": lambda: NotSimulated("task_state_store"),
        "triggering_asset_events": dict,
        "partition_key": lambda: None,
        "partition_date": lambda: None,
        "task_reschedule_count": lambda: 0,
        "prev_start_date_success": lambda: None,
        "prev_end_date_success": lambda: None,
    }


def _dates(run: RunInfo) -> dict[str, Callable[[], Any]]:
    date = run.logical_date
    if date is None:
        return {}
    start, end = run.data_interval or (None, None)

    def text(form: str, moment: datetime = date) -> Callable[[], str]:
        return lambda: moment.strftime(form)

    return {
        "logical_date": lambda: as_pendulum(date),
        "ds": text("%Y-%m-%d"),
        "ds_nodash": text("%Y%m%d"),
        "ts": date.isoformat,
        "ts_nodash": text("%Y%m%dT%H%M%S"),
        "ts_nodash_with_tz": lambda: date.isoformat().replace("-", "").replace(":", ""),
        "data_interval_start": lambda: as_pendulum(start),
        "data_interval_end": lambda: as_pendulum(end),
        "prev_data_interval_start_success": lambda: None,
        "prev_data_interval_end_success": lambda: None,
    }


@contextmanager
def current(context: Context) -> Iterator[None]:
    """
    Make *context* that of the running task, for `context()`, and for Airflow's `get_current_context()` if it is loaded.
    """
    token = simulated_context.set(context)
    airflow: Any = sys.modules.get(_AIRFLOW_CONTEXTS)
    stack: list[Any] | None = getattr(airflow, "_CURRENT_CONTEXT", None)
    if stack is not None:
        stack.append(context)
    try:
        yield
    finally:
        if stack is not None:
            stack.pop()
        simulated_context.reset(token)
