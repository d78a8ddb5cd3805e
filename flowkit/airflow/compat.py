"""
All differences between the versions of Airflow that flowkit supports: 3.1, 3.2 and 3.3.

Each item documents what changed, and when. `flowkit.base.airflow_versions` holds what is needed without Airflow.
The names of options, settings and context keys are not differences in behaviour:
`flowkit.model.options`, `flowkit.model.settings` and `flowkit.airflow.context` have those of all versions.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import airflow

# Not from the metadata of the distribution: finding and parsing that adds milliseconds to each start of a task.
AIRFLOW_VERSION: str = airflow.__version__


def _first(name: str, *modules: str) -> Any:
    for module in modules:
        with contextlib.suppress(ImportError, AttributeError):
            return getattr(import_module(module), name)
    msg = f"flowkit cannot find {name} in Airflow {AIRFLOW_VERSION}"
    raise ImportError(msg)


# Airflow moves these from its core to the Task SDK; the module of 3.1 comes last.
AirflowSkipException: type[Exception] = _first(
    "AirflowSkipException", "airflow.sdk.exceptions", "airflow.exceptions"
)
conf: Any = _first("conf", "airflow.sdk.configuration", "airflow.configuration")

_SINCE: Mapping[str, tuple[int, int]] = {
    "dag.allowed_run_types": (3, 2),
    "dag.rerun_with_latest_version": (3, 3),
    "group.doc_md": (3, 3),
    "task.render_template_as_native_obj": (3, 2),
    "task.retry_policy": (3, 3),
    "task.an async function": (3, 2),
}
"""By option or setting: the first version of Airflow that has it, unless all supported versions do."""

FUNCTIONS_BY_ADDRESS: Final = AIRFLOW_VERSION.startswith("3.1.")
"""
Whether Airflow serializes a function within a list or a dict with its address, which differs between processes.
3.1 does, and also writes the items of a set in hash order; 3.2 writes the function's name.
"""

LOSES_JOINS: Final = AIRFLOW_VERSION.startswith(("3.1.", "3.2."))
"""
Whether, in a group that is mapped over an output, a task with `none_failed_min_one_success` keeps those after the group
from running. 3.1 and 3.2 mark its instance from before the expansion as removed, which no trigger rule accepts.
"""

_EXECUTOR_CHECK: Final = "_validate_executor_fields"


def cron_timetable(expression: str, zone: Any) -> Any:
    """
    Return the timetable that Airflow itself would create for a cron expression in the time zone *zone*.

    3.1 has these classes in `airflow.timetables` only.
    """
    # Imported late: these modules import croniter, which takes ten milliseconds.
    if conf.getboolean("scheduler", "create_cron_data_intervals"):
        timetable = _first("CronDataIntervalTimetable", "airflow.sdk", "airflow.timetables.interval")
    else:
        timetable = _first("CronTriggerTimetable", "airflow.sdk", "airflow.timetables.trigger")
    return timetable(expression, timezone=zone)


@cache
def missing(airflow: str) -> Mapping[str, tuple[int, int]]:
    """
    Return the options and settings that a version of Airflow does not have, each with the first version that does.
    """
    installed = tuple(int(part) for part in airflow.split(".")[:2])
    return {name: since for name, since in _SINCE.items() if installed < since}


def decorators() -> list[str]:
    """
    Return the names of the task decorators that the installed providers register.

    3.1 has no providers manager in the Task SDK.
    """
    try:
        runtime: Any = import_module("airflow.sdk.providers_manager_runtime").ProvidersManagerTaskRuntime()
    except ImportError:
        runtime = import_module("airflow.providers_manager").ProvidersManager()
    return list(runtime.taskflow_decorators)


def too_new(names: Mapping[str, Any], *, of: str) -> Iterator[tuple[str, str]]:
    """
    Yield each of *names* that the installed Airflow does not have, with the first version that has it.

    Args:
        names: Options or settings that were given.

        of: What they were given to: `"dag"`, `"group"` or `"task"`.
    """
    for name in names:
        since = missing(AIRFLOW_VERSION).get(f"{of}.{name}")
        if since is not None:
            yield name, ".".join(map(str, since))


class SerializedAsText:
    """
    Base class of values that define how they are written to the serialized DAG.

    3.3 calls their `serialize()`; 3.1 and 3.2 write their `repr()`.
    """

    def serialize(self) -> Any:
        """
        Return the serialized form, made of plain values.
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        return str(self.serialize())


def dag_serializer() -> Any:
    """
    Return the class whose `to_dict` serializes a DAG: `SerializedDAG` in 3.1, then `DagSerialization`.
    """
    module = import_module("airflow.serialization.serialized_objects")
    return getattr(module, "DagSerialization", None) or module.SerializedDAG


def schema_of(kind: str) -> Mapping[str, Mapping[str, Any]]:
    """
    Return the fields of a `"dag"` or an `"operator"` in the JSON schema of serialized DAGs.
    """
    fields: Mapping[str, Mapping[str, Any]] = dag_serializer()._json_schema.schema["definitions"][kind][
        "properties"
    ]
    return fields


def sent_and_received(data: Any) -> Any:
    """
    Return the serialized form of a DAG as it is after the process that parses files has sent it to the processor.

    All versions have these classes, in the same private modules.
    """
    from airflow.sdk.execution_time.comms import _RequestFrame
    from airflow.serialization.serialized_objects import LazyDeserializedDAG
    from msgspec import msgpack

    body = {"serialized_dags": [LazyDeserializedDAG(data=data).model_dump()]}
    frame = bytes(_RequestFrame(id=1, body=body).as_bytes())
    return msgpack.decode(frame[4:])[1]["serialized_dags"][0]["data"]


def as_received(data: Any) -> Any:
    """
    Return what Airflow's processor makes of the serialized form of a DAG, to write it to the database.
    """
    from airflow.serialization.serialized_objects import LazyDeserializedDAG

    return LazyDeserializedDAG(data=data)


def assets_of(dag: Any) -> list[Any]:
    """
    Return the assets that the processor writes to the database with what it makes of a serialized DAG.
    """
    from airflow.dag_processing.collection import AssetModelOperation

    return list(AssetModelOperation.collect({"": dag}).assets.values())


def next_run_of(dag: Any) -> Any:
    """
    Return the first run of a DAG that was read back, as the processor computes it when it stores the DAG.
    """
    # Its only parameter has another name in each version.
    parameter = next(iter(inspect.signature(dag.next_dagrun_info).parameters))
    return dag.next_dagrun_info(**{parameter: None})


def dagbag_module() -> Any:
    """
    Return the module of `DagBag`: `airflow.models.dagbag` in 3.1, then `airflow.dag_processing.dagbag`.
    """
    try:
        return import_module("airflow.dag_processing.dagbag")
    except ImportError:
        return import_module("airflow.models.dagbag")


def open_dagbag(file: str, folder: Path, bundle: str) -> Any:
    """
    Return a `DagBag` for *file* that has not loaded anything yet and accepts every executor.

    Not every version accepts a bundle name.
    """
    module = dagbag_module()
    if hasattr(module, _EXECUTOR_CHECK):
        setattr(module, _EXECUTOR_CHECK, lambda *_, **__: None)
    known = inspect.signature(module.DagBag).parameters
    options = {"collect_dags": False, "bundle_path": folder, "bundle_name": bundle}
    return module.DagBag(file, **{name: value for name, value in options.items() if name in known})


def executor_check(bag: Any) -> Callable[[Any], None] | None:
    """
    Return the executor check that *bag* applies to each DAG; `None` if this version of Airflow has none.

    It is a private function in the module of the bag's class. Not every version accepts a bundle name.
    """
    check = getattr(sys.modules[type(bag).__module__], _EXECUTOR_CHECK, None)
    if check is None:
        return None
    known = inspect.signature(check).parameters
    more = [getattr(bag, "bundle_name", None)] if "bundle_name" in known else []
    return lambda dag: check(dag, *more)


BACKOFF_IS_BOOL: Final = AIRFLOW_VERSION.startswith("3.1.")
"""Whether `retry_exponential_backoff` is only `True`, which doubles the delays, or `False`."""


@contextlib.contextmanager
def dag_contexts_kept() -> Iterator[list[Any]]:
    """
    Keep Airflow's stacks of open DAGs and groups, and its set of DAGs to register, as they are.

    Yields:
        Gets each DAG that is opened meanwhile. All versions have these classes and attributes, which are private.
    """
    from airflow.sdk.definitions._internal.contextmanager import DagContext, TaskGroupContext

    opened = _Opened(DagContext._context)
    dags, groups, registered = DagContext._context, TaskGroupContext._context, DagContext.autoregistered_dags
    DagContext._context, TaskGroupContext._context = opened, deque(groups)
    DagContext.autoregistered_dags = set(registered)
    try:
        yield opened.dags
    finally:
        DagContext._context, TaskGroupContext._context = dags, groups
        DagContext.autoregistered_dags = registered


class _Opened(deque[Any]):
    def __init__(self, items: Iterable[Any]) -> None:
        super().__init__(items)
        self.dags: list[Any] = []

    def appendleft(self, item: Any) -> None:
        self.dags.append(item)
        super().appendleft(item)


def no_backoff(task: Any) -> float:
    """
    Return the value of `retry_exponential_backoff` that turns it off: `False` in 3.1, then the number 0.
    """
    value: float = type(task.retry_exponential_backoff)(0)
    return value
