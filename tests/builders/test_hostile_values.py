"""
Whatever values a pipeline is written with, flowkit answers with problems that have a line, and with nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

import flowkit
from flowkit import PipelineError, Problem
from flowkit.base.errors import FlowkitError, OutputUseError
from flowkit.model.pipeline import PipelineSpec
from tests.builders.hostile_calls import CALLS, HOSTILE, METHODS, NOT_CALLED, Value, arguments, callee
from tests.report.every_report import reports_of
from tests.support import ROOT

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "400"))
"""How many calls of words, and again as many chains and methods. 50,000 take hours."""


def profile(examples: int) -> settings:
    """Return the settings of a test."""
    return settings(max_examples=max(8, examples), deadline=None, suppress_health_check=[*HealthCheck])  # pyright: ignore[reportArgumentType]


MAX_TEXT = 4_000
"""The most characters of a problem."""


def check(problem: Problem) -> None:
    """A problem can be printed, is not too long, and names a line of these tests."""
    text = str(problem)
    text.encode()
    assert len(text) <= MAX_TEXT, text
    assert "\0" not in text
    assert problem.location is not None, text
    assert Path(problem.location.file).is_relative_to(ROOT / "tests"), text
    assert problem.code != "FK999", text


def attempt(call: Callable[[], Any]) -> Any:
    """Return what a call returns, or the error of flowkit that it raises, which is as it must be."""
    try:
        made = call()
    except OutputUseError as error:
        check(error.problem)
        return None
    except PipelineError as error:
        for problem in error.problems:
            check(problem)
        return None
    repr(made).encode()
    return made


def build(made: Any) -> None:
    """Build it, if it is a pipeline or several of them."""
    if isinstance(made, flowkit.Pipeline):
        spec = attempt(made.build)
        if spec is not None:
            assert isinstance(spec, PipelineSpec)
            for text in reports_of(spec):
                text.encode(errors="backslashreplace")
    elif isinstance(made, flowkit.Generated | flowkit.Shard):
        for unbuilt in made.unbuilt() if isinstance(made, flowkit.Generated) else made:
            attempt(unbuilt.build)


def in_pipeline(made: Any) -> Any:
    """Return a pipeline that holds what a call has made, wherever it may stand."""
    pipeline: Any = flowkit.Pipeline("whole").task("first")
    if isinstance(made, flowkit.Pipeline):
        return made
    if isinstance(made, flowkit.Action):
        return pipeline.task("made", made)
    if isinstance(made, flowkit.Pod):
        return pipeline.task("made", pod=made)
    if isinstance(made, flowkit.Node | flowkit.Flow):
        return pipeline.then(made)
    if isinstance(made, flowkit.Branching):
        return pipeline.task("made", made.to({"a": "first"}))
    if isinstance(made, flowkit.Cron):
        return pipeline.settings(schedule=made)
    return pipeline.task("made", flowkit.python(print, made))


def test_every_word_is_called() -> None:
    """No name that flowkit offers is left out of the tests below."""
    assert {name.partition(".")[0] for name in CALLS} | NOT_CALLED == set(flowkit.__all__)


@pytest.mark.parametrize("name", sorted(CALLS))
@profile(EXAMPLES // len(CALLS))
@given(st.data())
def test_calls(name: str, data: st.DataObject) -> None:
    """Any call, alone, and in a pipeline."""
    drawn = data.draw(arguments(CALLS[name]))
    made = attempt(lambda: callee(name)(*drawn.args, **drawn.kwargs))
    event(type(made).__name__)
    build(made)
    build(attempt(lambda: in_pipeline(made)))


@profile(EXAMPLES // 4)
@given(st.data())
def test_chains(data: st.DataObject) -> None:
    """Any calls one after the other, on what the one before has returned."""
    drawn = data.draw(arguments(CALLS["Pipeline"]))
    made: Any = attempt(lambda: flowkit.Pipeline(*drawn.args, **drawn.kwargs))
    for _ in range(data.draw(st.integers(1, 6))):
        methods = sorted(name for name in METHODS if hasattr(type(made), name))
        if not methods:
            break
        method = data.draw(st.sampled_from(methods))
        drawn = data.draw(arguments(METHODS[method]))
        before = made
        made = attempt(lambda: getattr(before, method)(*drawn.args, **drawn.kwargs))  # noqa: B023 - called at once
    event(type(made).__name__)
    build(made)


@profile(EXAMPLES // 4)
@given(st.data())
def test_methods(data: st.DataObject) -> None:
    """Any method of what any call returns."""
    name = data.draw(st.sampled_from(sorted(CALLS)))
    drawn = data.draw(arguments(CALLS[name]))
    made = attempt(lambda: callee(name)(*drawn.args, **drawn.kwargs))
    methods = sorted(name for name in METHODS if hasattr(type(made), name))
    if not methods:
        return
    method = data.draw(st.sampled_from(methods))
    drawn = data.draw(arguments(METHODS[method]))
    again = attempt(lambda: getattr(made, method)(*drawn.args, **drawn.kwargs))
    build(attempt(lambda: in_pipeline(again)))


@profile(EXAMPLES // 4)
@given(HOSTILE.map(Value))
def test_outputs_of_anything(drawn: Value) -> None:
    """A key of an output, and what stands for an item."""
    value = drawn.value
    output: Any = flowkit.task("a", flowkit.python(print, value)).output
    attempt(lambda: output[value])
    attempt(lambda: output == value)
    attempt(lambda: flowkit.over(value))


def test_errors_are_flowkits() -> None:
    """All errors have one base, which the tests above expect."""
    assert issubclass(PipelineError, FlowkitError)
    assert issubclass(OutputUseError, FlowkitError)
