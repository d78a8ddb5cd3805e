"""
Gathers what `register` is given, when files are loaded by flowkit and not by Airflow.

The command line and the tests want the specs of a file. While they load it, a collection is open, and `register` adds
its pipelines to it instead of compiling them; no Airflow is needed for that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import TypeAlias, final

from flowkit.base.call_site import SourceLocation, caller
from flowkit.base.problems import Problem
from flowkit.base.record import evolve, field, record
from flowkit.model.pipeline import PipelineSpec


@final
@record(kw_only=True)
class BrokenPipeline:
    """
    Stands where a pipeline would stand, had it no problems.
    """

    problems: tuple[Problem, ...]
    """All that is wrong with it."""

    dag_id: str | None = None
    """Its id, where that is known."""

    location: SourceLocation | None = None
    """The line that it was written in, where that is known."""

    @property
    def attributed_problems(self) -> tuple[Problem, ...]:
        """
        Its problems, each with a location and a dag_id where one of the two is known.
        """
        return tuple(
            evolve(
                problem,
                location=problem.location or self.location,
                dag_id=problem.dag_id or self.dag_id,
            )
            for problem in self.problems
        )


Item: TypeAlias = "PipelineSpec | BrokenPipeline"


@final
@record(eq=False)
class Collection:
    """
    What the `register` calls of one file were given, in the order of the source.
    """

    file: str
    """The path of the file that is being loaded."""

    module: str
    """The name in `sys.modules` under which it is being executed."""

    items: list[Item] = field(factory=list, init=False)

    in_helpers: dict[SourceLocation, str] = field(factory=dict, init=False)
    """The calls that ran while another module was imported, and the name of that module."""

    def append(self, item: Item) -> None:
        """
        Add a pipeline, or what stands for a broken one.
        """
        self.items.append(item)
        importing = _module_under_way()
        if importing not in {None, self.module}:
            self.in_helpers[caller()] = str(importing)


def _module_under_way() -> str | None:
    """
    Return the name of the innermost module whose own lines are being executed.
    """
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            return str(frame.f_globals.get("__name__"))
        frame = frame.f_back
    return None


_open: ContextVar[Collection | None] = ContextVar("flowkit.model.collection", default=None)


@contextmanager
def collecting(file: str, module: str) -> Iterator[Collection]:
    """
    Open a collection for *file* as long as the `with` block lasts.
    """
    collection = Collection(file, module)
    token = _open.set(collection)
    try:
        yield collection
    finally:
        _open.reset(token)


def current_collection() -> Collection | None:
    """
    Return the collection that is open; `None` when nobody collects, as when Airflow loads the file.
    """
    return _open.get()
