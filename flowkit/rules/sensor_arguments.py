"""
The values of the arguments that all sensors have: Airflow checks them when it constructs the sensor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from flowkit.base.call_site import SourceLocation
from flowkit.base.lazy_names import is_lazy
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean
from flowkit.model.calls import OperatorCall, PythonCall

_DURATIONS: Final = ("poke_interval", "timeout", "max_wait")
_ARGUMENTS: Final = frozenset({*_DURATIONS, "mode", "soft_fail", "never_fail"})
_MODES: Final = ("poke", "reschedule")
# Anything else may be the output of a task, or an object of the sensor's own.
_PLAIN: Final = (str, bytes, int, float, bool, list, tuple, dict, set)


def sensor_problems(
    call: OperatorCall | PythonCall, defaults: Mapping[str, Any] | None = None
) -> Iterator[Problem]:
    """
    Yield the values that Airflow refuses in the arguments of a sensor, which gets the *defaults*, too.
    """
    if isinstance(call, OperatorCall):
        arguments = {**defaults, **call.kwargs} if defaults else call.kwargs
        if _ARGUMENTS.isdisjoint(arguments) or not _is_sensor(call.operator):
            return
        modes = () if is_lazy(call.operator) else _modes_of(call.operator)
        yield from _problems(arguments, f"operator({call.name}, …)", modes or _MODES, call.location)
    elif call.decorator is not None and call.decorator.name == "sensor":
        yield from _problems(call.decorator.kwargs, '.by("sensor", …)', _MODES, call.location)


def _problems(
    arguments: Mapping[str, Any], callee: str, modes: tuple[str, ...], location: SourceLocation
) -> Iterator[Problem]:
    mode = arguments.get("mode", modes[0])
    if isinstance(mode, _PLAIN) and mode not in modes:
        shown = repr(mode) if isinstance(mode, str) else f"a {type(mode).__name__}"
        message = f"{callee} got mode={shown}, which this sensor does not have."
        hint = did_you_mean(str(mode), modes, otherwise=f"Write mode={modes[-1]!r}.")
        yield Problem("FK310", message, hint, location)
    for name in _DURATIONS:
        value = arguments.get(name, 0)
        seconds = value.total_seconds() if isinstance(value, timedelta) else value
        is_number = isinstance(seconds, (int, float))
        if (isinstance(value, _PLAIN) and not is_number) or (is_number and seconds < 0):
            what = type(value).__name__ if not is_number else "a negative one"
            message = (
                f"{callee} got an invalid {name}: it must be a timedelta or a number of seconds, not {what}."
            )
            yield Problem("FK310", message, f"Write {name}=timedelta(minutes=5).", location)
    if arguments.get("soft_fail") is True and arguments.get("never_fail") is True:
        message = f"{callee} got both soft_fail=True and never_fail=True, which exclude each other."
        yield Problem(
            "FK310", message, "Remove one of them: never_fail also skips the task when it fails.", location
        )


def _is_sensor(operator: type[Any]) -> bool:
    stand_in: object = operator
    if is_lazy(stand_in):
        from flowkit.analysis.operators import is_lazy_sensor

        return is_lazy_sensor(stand_in)
    return any(base.__name__ == "BaseSensorOperator" for base in operator.__mro__)


def _modes_of(operator: type[Any]) -> tuple[str, ...]:
    # `poke_mode_only` of Airflow replaces the attribute by a property.
    if isinstance(getattr(operator, "mode", None), property):
        return ("poke",)
    modes = getattr(operator, "valid_modes", ())
    return tuple(str(mode) for mode in modes) if isinstance(modes, (list, tuple, set, frozenset)) else ()
