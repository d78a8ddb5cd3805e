"""
Lines of a test, as problems show them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from flowkit import Pipeline, PipelineError
from flowkit.base.call_site import SourceLocation


def mark() -> Callable[[int], str]:
    """Return a function that gives the place so many lines below (or above) the line that calls this."""
    frame = sys._getframe(1)
    file, line = frame.f_code.co_filename, frame.f_lineno
    return lambda offset: str(SourceLocation(file, line + offset))


def problems(pipeline: Pipeline) -> list[str]:
    """Return all that is wrong with *pipeline*, as text."""
    with pytest.raises(PipelineError) as caught:
        pipeline.build()

    assert all(problem.dag_id == "p" for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]
