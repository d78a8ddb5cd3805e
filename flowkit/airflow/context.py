"""
The context of the running task.

Importing this module does not import Airflow, which is already imported inside a task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

from flowkit.base.simulated_context import simulated_context

if TYPE_CHECKING:
    from airflow.sdk.definitions.dag import DAG
    from airflow.sdk.execution_time.context import (
        AssetStateStoreAccessors,
        InletEventsAccessors,
        TaskStateStoreAccessor,
    )
    from airflow.sdk.types import (
        DagRunProtocol,
        Operator,
        OutletEventAccessorsProtocol,
        RuntimeTaskInstanceProtocol,
    )
    from pendulum import DateTime

__all__ = ["RunContext", "context"]


class RunContext(TypedDict):
    """
    The context of a running task: Airflow's `Context` with all keys required, since a running task has them all.
    """

    asset_state_store: AssetStateStoreAccessors
    """Values stored for the assets among the inlets and outlets, kept across runs. Airflow 3.3 and later."""

    conn: Any
    """Connections by id: `context()["conn"].my_conn_id`."""

    dag: DAG
    """The DAG."""

    dag_run: DagRunProtocol
    """The run of the DAG."""

    data_interval_end: DateTime | None
    """The end of the data interval; `None` for a run without one."""

    data_interval_start: DateTime | None
    """The start of the data interval; `None` for a run without one."""

    ds: str
    """The logical date as `YYYY-MM-DD`."""

    ds_nodash: str
    """The logical date as `YYYYMMDD`."""

    inlet_events: InletEventsAccessors
    """Past events of the task's inlets."""

    inlets: list[Any]
    """The task's inlets."""

    logical_date: DateTime
    """The logical date of the run."""

    macros: Any
    """Airflow's macros."""

    outlet_events: OutletEventAccessorsProtocol
    """To add metadata to the events of the task's outlets."""

    outlets: list[Any]
    """The task's outlets."""

    params: dict[str, Any]
    """The params of the run. `params(cls)` returns them as a typed instance."""

    partition_date: DateTime | None
    """The date of the partition that the run is for; `None` for a run without one. Airflow 3.3 and later."""

    partition_key: str | None
    """The partition that the run is for; `None` for a run without one. Airflow 3.3 and later."""

    prev_data_interval_end_success: DateTime | None
    """The end of the data interval of the last successful run."""

    prev_data_interval_start_success: DateTime | None
    """The start of the data interval of the last successful run."""

    prev_end_date_success: DateTime | None
    """When the last successful run ended."""

    prev_start_date_success: DateTime | None
    """When the last successful run started."""

    run_id: str
    """The id of the run."""

    task: Operator
    """The task."""

    task_instance: RuntimeTaskInstanceProtocol
    """The task in this run."""

    task_instance_key_str: str
    """DAG, task and date in one string."""

    task_state_store: TaskStateStoreAccessor
    """Values that a task keeps across its tries. Airflow 3.3 and later."""

    test_mode: bool
    """Whether Airflow runs the task as a test."""

    ti: RuntimeTaskInstanceProtocol
    """The same as `task_instance`."""

    triggering_asset_events: Any
    """The asset events that triggered the run, by asset."""

    ts: str
    """The logical date and time in ISO 8601."""

    ts_nodash: str
    """The logical date and time as `YYYYMMDDTHHMMSS`."""

    ts_nodash_with_tz: str
    """`ts_nodash` with the UTC offset."""

    var: Any
    """Variables: `context()["var"].value.my_variable`."""


def context() -> RunContext:
    """
    Return the context of the running task. Call it inside the function of a task.

    Raises:
        RuntimeError: If no task is running.
    """
    simulated = simulated_context.get()
    if simulated is not None:
        return cast("RunContext", simulated)
    from airflow.sdk import get_current_context

    return cast("RunContext", get_current_context())
