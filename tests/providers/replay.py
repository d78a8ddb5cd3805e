"""
The calls of an example once more, by hand and with flowkit: is what Airflow stores the same?
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

import attrs

from flowkit import Pipeline, PipelineError, operator, python, task
from flowkit.airflow.arguments import CanonicalValue
from flowkit.airflow.compile import compile_pipeline
from flowkit.model.values import INSIDE, map_values
from tests.providers.calls import START, task_of, within
from tests.providers.classes import parameters
from tests.providers.examples import Call
from tests.providers.trials import OPTIONS, SET_BY_FLOWKIT

Outcome = Literal["same", "same value", "different", "refused", "not by hand"]
"""
`same value`: the operator has the same value, of which Airflow stores another text. Of an object, a hand-written DAG
stores the `str()`, and flowkit its fields.
"""

_SECONDS = 60
_PLAIN = (str, int, float, bool, type(None), datetime)


@attrs.frozen
class Replayed:
    """
    One call.
    """

    path: str
    """The operator: `module:name`."""

    line: int
    outcome: Outcome
    text: str
    """What differs, or the message of the error."""

    defaults: tuple[str, ...]
    """The arguments that came from `default_args`."""


def replay(call: Call) -> Replayed:
    """
    Make the operator of *call* in a DAG of its own, by hand and with flowkit.
    """
    own = parameters(call.cls)
    taken = tuple(name for name in call.defaults if name in own and name not in OPTIONS)

    def outcome(kind: Outcome, text: str = "") -> Replayed:
        return Replayed(f"{call.cls.__module__}:{call.cls.__name__}", call.line, kind, text, taken)

    try:
        with within(_SECONDS):
            original, again = _by_hand(call), _facts(_by_hand(call))
            expected = {
                name: fact for name, fact in _facts(original).items() if again.get(name, fact) == fact
            }
    except Exception as error:  # noqa: BLE001 - a constructor may raise anything
        return outcome("not by hand", f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
    try:
        with within(_SECONDS):
            made = _with_flowkit(call, own)
            found = _facts(made)
    except PipelineError as error:
        return outcome("refused", "; ".join(f"{one.code} {one.message}" for one in error.problems))
    except Exception as error:  # noqa: BLE001 - as above
        return outcome("refused", f"{type(error).__name__}: {' '.join(str(error).split())[:600]}")
    # What differs from one time to the next by hand, too, such as a random id, is not compared.
    volatile = {name for name, fact in again.items() if expected.get(name, again) != fact}
    differing = sorted(name for name in {*expected, *found} - volatile if _differs(name, expected, found))
    if differing and all(_is_same_value(original, made, name) for name in differing):
        return outcome("same value", ", ".join(differing))
    shown = "; ".join(f"{name}: {expected.get(name)!r:.120} / {found.get(name)!r:.120}" for name in differing)
    return outcome("different" if differing else "same", shown)


def _differs(name: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    # Only one of them stores a plain value: what the other holds is compared as it is stored.
    if name.startswith("self.") and (name in expected) != (name in found):
        return False
    return expected.get(name) != found.get(name)


def _is_same_value(original: Any, made: Any, fact: str) -> bool:
    name = fact.removeprefix("self.")
    return hasattr(original, name) and _value(original, name) == _value(made, name)


def _value(made: Any, name: str) -> Any:
    return map_values(
        getattr(made, name, None),
        lambda item: item.shown() if isinstance(item, CanonicalValue) else INSIDE,
    )


def _by_hand(call: Call) -> Any:
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.sdk import DAG, XComArg

    with DAG("p", start_date=START, schedule=None, default_args=dict(call.defaults)):
        up = EmptyOperator(task_id="up")
        given = {name: value for name, value in call.arguments.items() if name not in SET_BY_FLOWKIT}
        return call.cls(task_id="t", **_with_outputs(given, lambda key: XComArg(up, key)))


def _up() -> None:
    pass


@functools.cache
def _taker() -> Any:
    """
    Return an operator that takes any argument.
    """
    from airflow.sdk import BaseOperator

    class Taker(BaseOperator):
        def __init__(self, *, task_id: str, **kwargs: Any) -> None:
            super().__init__(task_id=task_id)

    return Taker


def _with_flowkit(call: Call, own: Mapping[str, inspect.Parameter]) -> Any:
    source: Any = task("up", python(_up))
    given = {name: value for name, value in call.arguments.items() if name not in SET_BY_FLOWKIT}
    given = _with_outputs(given, lambda key: source.output if key == "return_value" else source.output[key])
    options = {name: value for name, value in given.items() if name in OPTIONS and name not in own}
    arguments = {name: value for name, value in given.items() if name not in options}
    defaults = {name: value for name, value in call.defaults.items() if name in OPTIONS}
    pipeline: Any = Pipeline("p", start_date=START, schedule=None).defaults(**defaults)
    inherited = {name: value for name, value in call.defaults.items() if name not in defaults}
    if inherited:
        # In the example, another operator may take what this one sets itself; flowkit refuses what none takes.
        pipeline = pipeline.operator_defaults(**inherited).add(task("other", operator(_taker())))
    pipeline = pipeline.add(source, task("t", operator(call.cls, **arguments), **options))
    return compile_pipeline(pipeline.build(), fileloc=__file__).get_task("t")


def _with_outputs(value: Any, output: Callable[[str], Any]) -> Any:
    """
    Return *value* with another task's output in place of each output of a task of the example.
    """
    from airflow.sdk.definitions.xcom_arg import PlainXComArg

    if isinstance(value, PlainXComArg):
        return output(value.key)
    if type(value) is dict:
        return {name: _with_outputs(item, output) for name, item in value.items()}
    if type(value) in {list, tuple}:
        return type(value)(_with_outputs(item, output) for item in value)
    return value


def _facts(made: Any) -> dict[str, Any]:
    """
    Return what Airflow stores of an operator, and the plain values that its constructor keeps.
    """
    kept = {f"self.{name}": value for name, value in vars(made).items() if isinstance(value, _PLAIN)}
    stored: dict[str, Any] = task_of(made.dag)
    return {**kept, **stored, "upstream": sorted(made.upstream_task_ids)}
