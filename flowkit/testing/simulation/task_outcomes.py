"""
What an exception of a task means for its instance.

Airflow's exceptions are known by name: recognizing them must not import Airflow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

from flowkit.base.interruption import is_interruption
from flowkit.testing.simulation.sequences import DroppedItemError
from flowkit.testing.simulation.simulation_error import SimulationError

Outcome: TypeAlias = Literal["skip", "fail", "retry", "skip_downstream", "unsupported"]

_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "AirflowSkipException": "skip",
    "AirflowFailException": "fail",
    "AirflowSensorTimeout": "fail",
    "AirflowTaskTerminated": "fail",
    "DownstreamTasksSkipped": "skip_downstream",
    "TaskDeferred": "unsupported",
    "TaskAwaitingInput": "unsupported",
    "AirflowRescheduleException": "unsupported",
    "DagRunTriggerException": "unsupported",
}


class SensorTimeoutError(Exception):
    """
    A sensor was asked as often as the test allows.
    """


class SensorSkippedError(Exception):
    """
    A sensor that is skipped instead of failing.
    """


class ResultError(TypeError):
    """
    What a task returned cannot be used as the pipeline uses it.
    """


def outcome_of(error: BaseException) -> Outcome:
    """
    Return what *error*, raised by a task, means for it.
    """
    if isinstance(error, DroppedItemError | SensorSkippedError):
        return "skip"
    if isinstance(error, SensorTimeoutError):
        return "fail"
    for base in type(error).__mro__:
        if base.__name__ in _OUTCOMES and base.__module__.partition(".")[0] == "airflow":
            return _OUTCOMES[base.__name__]
    return "retry"


def ends_test(error: BaseException) -> bool:
    """
    Return whether *error* is not an error of the task: a Ctrl-C, the outcome of a test that pytest ends, or flowkit's.
    """
    return isinstance(error, KeyboardInterrupt | SimulationError) or is_interruption(error)


def attempted(function: Callable[[], Any]) -> BaseException | None:
    """
    Call *function* and return what it raises, as Airflow does with callbacks.
    """
    try:
        function()
    except BaseException as error:
        if ends_test(error) or not isinstance(error, Exception):
            raise
        return error
    return None
