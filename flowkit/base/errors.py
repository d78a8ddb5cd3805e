"""
The errors that flowkit raises, and the problems that they carry.

```
FlowkitError
├── DefinitionError      (ValueError)  one value is wrong; raised by the call that got it
├── UnknownOptionError   (TypeError)   a call got an option or setting that does not exist
├── OutputUseError       (TypeError)   an output was used as if it were the value
├── PipelineError        (ValueError)  a pipeline has problems; all of them, in one error
├── LazyImportError      (ImportError) a name that was imported lazily does not exist
├── RegisterError                      `register` cannot do what was asked of it
├── LoadError                          a file with pipelines cannot be loaded
└── RunError                           a pipeline cannot be run here
```

Everything that is found wrong is a `Problem`: a stable code, what is wrong and why, what to do, and the
place of the user's call.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import final

import attrs

__all__ = [
    "DefinitionError",
    "FlowkitError",
    "LazyImportError",
    "LoadError",
    "OutputUseError",
    "PipelineError",
    "Place",
    "Problem",
    "RegisterError",
    "RunError",
    "UnknownOptionError",
    "did_you_mean",
    "nearest",
]


@final
@attrs.frozen
class Place:
    """
    A line in a user's file.
    """

    file: str
    """The path of the file, as Python knows it."""

    line: int
    """The line number, from 1."""

    def __str__(self) -> str:
        return f"{_shown(self.file)}:{self.line}"


def _shown(file: str) -> str:
    # Relative to the working folder, as compilers print it: short, and a click opens it in an editor.
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file


@final
@attrs.frozen
class Problem:
    """
    One thing that is wrong in a pipeline.
    """

    code: str
    """A stable code, such as `FK103`. The documentation has a section for each."""

    message: str
    """What is wrong, and why it cannot work. Never holds the value of an argument."""

    cure: str
    """What to do about it."""

    place: Place | None = None
    """The line of the call that caused it."""

    dag_id: str | None = None
    """The pipeline that it belongs to, where that is known."""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.code} {self.message} {self.cure}".rstrip()


class FlowkitError(Exception):
    """
    The root of all errors that flowkit raises on purpose.
    """


class _OneProblemError(FlowkitError):
    """
    An error that is one problem.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return str(self.problem)


class DefinitionError(_OneProblemError, ValueError):
    """
    A single value is wrong: an id, a cron expression, a quantity, a number out of range.

    Raised by the call that got the value.
    """


class UnknownOptionError(_OneProblemError, TypeError):
    """
    A call got an option or a setting that does not exist.
    """


class OutputUseError(_OneProblemError, TypeError):
    """
    The output of a task was used as if it were the value, which exists only when the task has run.
    """


class LazyImportError(_OneProblemError, ImportError):
    """
    A module or a name that was imported lazily does not exist.

    Raised where it is used for the first time; its place is the line of the import.
    """


class PipelineError(FlowkitError, ValueError):
    """
    A pipeline, or several, cannot become DAGs. Carries every problem that was found.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return report(self.problems)


class RegisterError(_OneProblemError):
    """
    `register` was called in a way or in a place in which it cannot work.
    """


class LoadError(FlowkitError):
    """
    A file with pipelines cannot be loaded, or does not hold what was asked for.
    """


class RunError(FlowkitError):
    """
    A pipeline cannot be run here and now.
    """


def report(problems: Sequence[Problem]) -> str:
    """
    Return *problems* as text, grouped by pipeline, one line each, with the cure on a line of its own.
    """
    by_dag: dict[str | None, list[Problem]] = {}
    for problem in problems:
        by_dag.setdefault(problem.dag_id, []).append(problem)

    lines: list[str] = []
    for dag_id, its_problems in by_dag.items():
        count = f"{len(its_problems)} problem{'s' if len(its_problems) > 1 else ''}"
        lines.append(f"Pipeline {dag_id!r} has {count}:" if dag_id else f"{count[:1].upper()}{count[1:]}:")
        for problem in its_problems:
            where = f"{problem.place}: " if problem.place else ""
            lines.append(f"  {where}{problem.code} {problem.message}")
            if problem.cure:
                lines.append(f"      {problem.cure}")

    return "\n".join(lines)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """
    Return the member of *known* that *name* was probably meant to be, if there is one.
    """
    found = difflib.get_close_matches(name, tuple(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """
    Return a sentence that proposes the nearest member of *known*, or *otherwise*.
    """
    match = nearest(name, known)
    return f"Did you mean {match!r}?" if match else otherwise
