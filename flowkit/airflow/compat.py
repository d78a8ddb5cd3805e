"""
What is different in the Airflow versions that flowkit supports: 3.1, 3.2 and 3.3.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import airflow

# Not from the metadata of the distribution: to find and to parse those takes milliseconds of every start of a task.
AIRFLOW_VERSION: str = airflow.__version__


def _first(name: str, *modules: str) -> Any:
    for module in modules:
        with contextlib.suppress(ImportError, AttributeError):
            return getattr(import_module(module), name)
    msg = f"flowkit finds no {name} in Airflow {AIRFLOW_VERSION}"
    raise ImportError(msg)


# Airflow moves these from its core to the Task SDK; the place of 3.1 comes last.
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
"""By option or setting: the first version of Airflow that has it, where that is not the oldest one."""


def cron_timetable(expression: str, zone: Any) -> Any:
    """
    Return what Airflow itself makes of a cron expression, in the time zone *zone*.
    """
    # Found when it is asked for: these modules import croniter, which takes ten milliseconds.
    if conf.getboolean("scheduler", "create_cron_data_intervals"):
        made = _first("CronDataIntervalTimetable", "airflow.sdk", "airflow.timetables.interval")
    else:
        made = _first("CronTriggerTimetable", "airflow.sdk", "airflow.timetables.trigger")
    return made(expression, timezone=zone)


@cache
def missing(airflow: str) -> Mapping[str, tuple[int, int]]:
    """
    Return what that version of Airflow does not have, with the first version that has it.
    """
    installed = tuple(int(part) for part in airflow.split(".")[:2])
    return {name: since for name, since in _SINCE.items() if installed < since}


def decorators() -> list[str]:
    """
    Return the names of the task decorators that the installed providers register.
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
