"""
The problems that builders and values have recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flowkit import PipelineError, Task
from flowkit.base.problems import Problem
from flowkit.base.recording import RefusedError, recorded_in
from flowkit.builders.chain import Chain
from flowkit.builders.generate import Generated
from flowkit.builders.shard import Shard
from flowkit.draft.nodes import problems_in


def problems_of(value: Any) -> list[Problem]:
    """
    Return the problems that the call which returned *value* has recorded, and those of what it holds.
    """
    if isinstance(value, Generated | Shard):
        unbuilt = value.unbuilt() if isinstance(value, Generated) else value
        return [problem for pipeline in unbuilt for problem in problems_when_built(pipeline)]
    if isinstance(value, Task):
        return list(value.node.problems)
    if isinstance(value, Chain):
        return list(dict.fromkeys(problems_in(value._written())))
    return list(recorded_in(value) or (getattr(type(value), "problems", None) and value.problems) or ())


def problems_when_built(pipeline: Any) -> tuple[Problem, ...]:
    """
    Return the problems for which *pipeline* cannot be built.
    """
    try:
        pipeline.build()
    except PipelineError as error:
        return error.problems
    return ()


def problem_of(value: Any) -> Problem:
    """
    Return the only problem of *value*.
    """
    (problem,) = problems_of(value)
    return problem


def problems_from(check: Callable[..., object], *args: Any, **kwargs: Any) -> list[Problem]:
    """
    Return the problems that a check adds to its list `problems`.
    """
    problems: list[Problem] = []
    check(*args, **kwargs, problems=problems)
    return problems


def refused(check: Callable[..., object], *args: Any) -> tuple[Problem, ...]:
    """
    Return the problems for which a check refuses its arguments; none if it does not.
    """
    try:
        check(*args)
    except RefusedError as error:
        return error.problems
    return ()


def untyped(value: object) -> Any:
    """Return *value* as something that type checkers let pass."""
    return value
