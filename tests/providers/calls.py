"""
One call of an operator's constructor, by hand and with flowkit: does Airflow take it, and does flowkit?
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

import attrs

from flowkit import Pipeline, PipelineError, operator
from flowkit.airflow.compile import compile_pipeline
from tests.support import serialized

Verdict = Literal["taken", "signature", "value"]
"""
What Airflow does with a call: it takes it, refuses it for the names of its arguments, or for what is in them.
"""

START = datetime(2026, 1, 1)
_SECONDS = 20
_NAMES = re.compile(
    r"missing keyword arguments? |missing \d+ required |got multiple values for |got an unexpected keyword argument|"
    r"Invalid arguments were passed to|got some positional-only arguments"
)


@attrs.frozen
class Answer:
    """
    What Airflow does with a call.
    """

    verdict: Verdict
    text: str = ""
    """The message of the error."""

    made: Any = None
    """The operator."""


def by_hand(
    cls: type[Any], arguments: Mapping[str, Any], defaults: Mapping[str, Any] | None = None
) -> Answer:
    """
    Call *cls* in a `with DAG` block.
    """
    from airflow.sdk import DAG

    try:
        with within(_SECONDS), DAG("p", start_date=START, schedule=None, default_args=dict(defaults or {})):
            return Answer("taken", made=cls(task_id="t", **arguments))
    except Exception as error:  # noqa: BLE001 - a constructor may raise anything
        return Answer("signature" if _is_about_names(error, arguments) else "value", _text(error))


def _is_about_names(error: Exception, arguments: Mapping[str, Any]) -> bool:
    if isinstance(error, KeyError):  # `kwargs.pop("name")`, `kwargs["name"]`
        return len(error.args) == 1 and isinstance(error.args[0], str) and error.args[0] not in arguments
    return _NAMES.search(str(error)) is not None


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """
    Raise `TimeoutError` if the block takes longer.
    """

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def codes(
    cls: type[Any], arguments: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> list[str]:
    """
    Return the codes of the problems that flowkit has with the same call when the spec is built.
    """
    try:
        _pipeline(cls, arguments, options or {}).build()
    except PipelineError as error:
        return sorted({problem.code for problem in error.problems})
    return []


def _pipeline(cls: type[Any], arguments: Mapping[str, Any], options: Mapping[str, Any]) -> Pipeline:
    return Pipeline("p", start_date=START, schedule=None).task("t", operator(cls, **arguments), **options)


def stored(cls: type[Any], arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    """
    Return what Airflow stores of the task, written by hand and with flowkit.
    """
    dag = compile_pipeline(_pipeline(cls, arguments, {}).build(), fileloc=__file__)
    return tuple(task_of(made) for made in (by_hand(cls, arguments).made.dag, dag))


def task_of(dag: Any) -> Any:
    """
    Return what Airflow stores of the only task of *dag* that is called `t`.
    """
    (task,) = (task["__var"] for task in serialized(dag)["dag"]["tasks"] if task["__var"]["task_id"] == "t")
    return task
