"""
What Airflow computes again for every task, computed once for a DAG: signatures and empty params.

Nothing of it outlasts the compilation of a DAG: functions, classes and the DAG are then as they were.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from types import FunctionType
from typing import Any, Final

from airflow.sdk import DAG, BaseOperator
from airflow.sdk.definitions.param import ParamsDict

from flowkit.airflow.compat import conf
from flowkit.model.calls import EachCall, OperatorCall, PythonCall
from flowkit.model.pipeline import PipelineSpec

_SIGNATURE: Final = "__signature__"


@contextlib.contextmanager
def known_signatures(spec: PipelineSpec) -> Iterator[None]:
    """
    Let `inspect.signature` know the signatures of the functions of *spec*, and of operators that are mapped.

    Airflow asks for that of a function four times for each task, and for those of constructors for each mapped task.
    """
    marked: list[FunctionType] = []
    try:
        for function in dict.fromkeys(_functions(spec)):
            with contextlib.suppress(Exception):  # then Airflow fails in the same way, and names the task
                signature = inspect.signature(function)
                vars(function)[_SIGNATURE] = signature
                marked.append(function)
        yield
    finally:
        for function in marked:
            vars(function).pop(_SIGNATURE, None)


def _functions(spec: PipelineSpec) -> Iterator[FunctionType]:
    for task in spec.tasks:
        action: Any = task.action
        if type(action) is EachCall:
            action = action.call
            yield from _constructors(action.operator if type(action) is OperatorCall else BaseOperator)
        # A function with attributes may be wrapped, or have a signature of its own.
        if type(action) is PythonCall and type(action.function) is FunctionType and not vars(action.function):
            yield action.function


def _constructors(operator: Any) -> Iterator[FunctionType]:
    for parent in operator.__mro__ if issubclass(operator, BaseOperator) else ():
        constructor = vars(parent).get("__init__")
        if type(constructor) is FunctionType and _SIGNATURE not in vars(constructor):
            yield constructor


class _NoParams(ParamsDict):
    def __deepcopy__(self, memo: dict[int, Any] | None) -> ParamsDict:
        return (
            ParamsDict(dict(self), self.suppress_exception)
            if self
            else ParamsDict(None, self.suppress_exception)
        )


@contextlib.contextmanager
def cheap_params(dag: DAG) -> Iterator[None]:
    """
    Replace the params of *dag*, if it has none: Airflow makes a deep copy of them twice for each task.
    """
    values = vars(dag)
    params = values.get("params")
    if type(params) is not ParamsDict or params:
        yield
        return
    stand_in = values["params"] = _NoParams(None, params.suppress_exception)
    try:
        yield
    finally:
        if values.get("params") is stand_in:
            values["params"] = params
            params.update(stand_in)


def configured_defaults() -> dict[str, Any]:
    """
    Return the settings of a DAG that Airflow otherwise reads from its configuration for each DAG.

    Nothing is returned if a value cannot be read: then Airflow raises it for each DAG.
    """
    try:
        return {
            "max_active_tasks": conf.getint("core", "max_active_tasks_per_dag"),
            "max_active_runs": conf.getint("core", "max_active_runs_per_dag"),
            "max_consecutive_failed_dag_runs": conf.getint("core", "max_consecutive_failed_dag_runs_per_dag"),
            "catchup": conf.getboolean("scheduler", "catchup_by_default"),
            "disable_bundle_versioning": conf.getboolean("dag_processor", "disable_bundle_versioning"),
        }
    except Exception:  # noqa: BLE001 - the configuration may come from a command, or from a backend of the user's own
        return {}
