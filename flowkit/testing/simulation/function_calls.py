"""
Calls the functions of tasks as Airflow does: with what they ask of the context, coroutines and generators included.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, MutableMapping
from itertools import islice
from typing import Any

from flowkit.testing.simulation.task_outcomes import (
    SensorSkippedError,
    SensorTimeoutError,
    ends_test,
    outcome_of,
)


def call_function(
    function: Callable[..., Any],
    args: Collection[Any],
    kwargs: Mapping[str, Any],
    context: MutableMapping[str, Any],
    templates_dict: Any = None,
) -> Any:
    """
    Return what *function* returns for its arguments, and for what its other parameters are named after in the context.

    Raises:
        BaseException: Whatever it raises.
    """
    context.update(kwargs)
    context["templates_dict"] = templates_dict
    return call_with(function, args, _accepted(function, args, context))


def call_with(function: Callable[..., Any], args: Collection[Any], kwargs: Mapping[str, Any]) -> Any:
    """
    Return what *function* returns; a coroutine is awaited, a generator is run to its end.
    """
    result = function(*args, **kwargs)
    if inspect.iscoroutine(result):
        import asyncio  # late: it takes longer than everything else here

        return asyncio.run(result)
    return _ended(result) if inspect.isgeneratorfunction(function) else result


def _ended(generator: Any) -> Any:
    while True:
        try:
            next(generator)
        except StopIteration as end:  # noqa: PERF203 - it ends the loop
            return end.value


def _accepted(
    function: Callable[..., Any], args: Collection[Any], context: Mapping[str, Any]
) -> Mapping[str, Any]:
    parameters = inspect.signature(function).parameters
    for name, parameter in islice(parameters.items(), len(args)):
        if parameter.kind not in {parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD} and name in context:
            msg = f"The key {name!r} in args is a part of kwargs and therefore reserved."
            raise ValueError(msg)
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return dict(context)
    return {name: context[name] for name in parameters if name in context}


def poke_until_done(poke: Callable[[], Any], arguments: Mapping[str, Any], max_pokes: int) -> Any:
    """
    Call *poke* until it says that the sensor is done, without waiting in between, and return the sensor's result.

    Args:
        poke: Returns a truth value, or Airflow's `PokeReturnValue`.

        arguments: Those of the sensor, such as `soft_fail`.

        max_pokes: After so many calls the sensor times out.

    Raises:
        SensorTimeoutError: If it times out.
        SensorSkippedError: If it is to be skipped instead.
        BaseException: Whatever *poke* raises.
    """
    for _ in range(max_pokes):
        try:
            result = poke()
        except Exception as error:
            if _is_ignored(error, arguments):
                continue
            raise
        if result:
            return getattr(result, "xcom_value", None)
    msg = f"The sensor was not done after {max_pokes} calls: simulate(…, max_pokes=…) allows more."
    if arguments.get("soft_fail"):
        raise SensorSkippedError(msg)
    raise SensorTimeoutError(msg)


def _is_ignored(error: Exception, arguments: Mapping[str, Any]) -> bool:
    """
    Return whether a sensor goes on after *error*.

    Raises:
        SensorSkippedError: If it is skipped.
    """
    outcome = outcome_of(error)
    if ends_test(error) or outcome == "skip":
        return False
    if outcome == "fail":
        if arguments.get("soft_fail") or arguments.get("never_fail"):
            raise SensorSkippedError from error
        return False
    if arguments.get("silent_fail"):
        return True
    if arguments.get("never_fail"):
        raise SensorSkippedError from error
    return False
