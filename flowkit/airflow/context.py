"""
What Airflow knows about the task that runs.

Importing this module does not import Airflow: inside a task it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

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
    The context of a running task: Airflow's `Context`, with its keys required, since inside a task they are there.
    """

    asset_state_store: AssetStateStoreAccessors
    """Values kept for the assets among inlets and outlets, from run to run. Airflow 3.3 and later."""

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
    """The params of the run. `params(cls)` gives them as a typed instance."""

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
    """DAG, task and date in one text."""

    task_state_store: TaskStateStoreAccessor
    """Values that a task keeps from one of its tries to the next. Airflow 3.3 and later."""

    test_mode: bool
    """Whether Airflow runs the task as a test."""

    ti: RuntimeTaskInstanceProtocol
    """The same as `task_instance`."""

    triggering_asset_events: Any
    """The asset events that triggered the run, by asset."""

    ts: str
    """The logical date and time in ISO 8601."""

    ts_nodash: str
    """The same as `YYYYMMDDTHHMMSS`."""

    ts_nodash_with_tz: str
    """The same with the offset of the time zone."""

    var: Any
    """Variables: `context()["var"].value.my_variable`."""


def context() -> RunContext:
    """
    Return what Airflow knows about the task that runs. To be called inside the function of a task.

    Raises:
        RuntimeError: If no task is running.
    """
    from airflow.sdk import get_current_context

    return cast("RunContext", get_current_context())
