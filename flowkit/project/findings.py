"""
What checking the files of a project found.
"""

from __future__ import annotations

from typing import final

import attrs

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem


@final
@attrs.frozen
class Reference:
    """
    The name of another pipeline, or of a task of it, in an argument of an operator.
    """

    task_id: str
    """The task that has the operator."""

    operator: str
    argument: str

    name: str
    """The id that the argument names."""

    pipeline: str | None
    """The pipeline whose task is named; `None`: the name is that of a pipeline."""

    location: SourceLocation

    is_conditional: bool = False
    """Whether the task runs only in some runs."""


@final
@attrs.frozen
class PipelineNames:
    """
    The names of one pipeline, and those that it has for others.
    """

    dag_id: str
    location: SourceLocation

    ids: tuple[str, ...] = ()
    """The ids of its tasks and groups; empty if they are not known, since it has problems or contains `native`."""

    references: tuple[Reference, ...] = ()

    produced_assets: tuple[str, ...] = ()
    """The assets that each run writes."""

    starting_assets: tuple[str, ...] = ()
    """The assets each of which alone starts a run."""


@final
@attrs.frozen
class CheckedFile:
    """
    What the rules over several files need to know about each; plain values, which processes can exchange.
    """

    file: str

    items: int
    """The number of its pipelines, the broken ones too."""

    locations: tuple[tuple[str, SourceLocation], ...] = ()
    """The ids of its pipelines, and where they are defined."""

    names: tuple[PipelineNames, ...] = ()
    """What its pipelines are called, and how they name others."""

    registers_in_helper: bool = False
    """Whether some of them were registered while a helper module was imported."""

    line: int = 1
    """The line at which it failed, if it did."""

    tasks: int = 0
    """The number of tasks of its valid pipelines."""

    seconds: float = attrs.field(default=0.0, eq=False)
    """How long it took to load."""


@final
@attrs.frozen
class Findings:
    """
    All problems, in the order of files and lines.
    """

    problems: tuple[Problem, ...]

    files: int
    """The number of files that were checked."""

    pipelines: int
    """The number of pipelines in them, the broken ones too."""

    not_read: tuple[str, ...] = ()
    """Zip files, which Airflow would read."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """
        The problems that are errors.
        """
        return tuple(problem for problem in self.problems if not problem.is_warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """
        The problems that are warnings.
        """
        return tuple(problem for problem in self.problems if problem.is_warning)
