"""
The errors that flowkit raises, and the problems that they carry.

```
FlowkitError
├── OutputUseError       (TypeError)   an output was used as if it were the value
├── PipelineError        (ValueError)  a pipeline has problems; one error carries them all
├── LazyImportError      (ImportError) a lazily imported name does not exist, or cannot be lazy
├── RegisterError                      `register` was called in a way that cannot work
├── LoadError                          a file with pipelines cannot be loaded
└── RunError                           a pipeline cannot be run here
```

Each problem has a stable code, a message, a hint how to fix it, and the location of the user's call.
"""

from __future__ import annotations

from collections.abc import Iterable

from flowkit.base.problem_format import format_report
from flowkit.base.problems import Problem

__all__ = [
    "FlowkitError",
    "LazyImportError",
    "LoadError",
    "OutputUseError",
    "PipelineError",
    "RegisterError",
    "RunError",
]


def problems_of(error: BaseException) -> tuple[Problem, ...]:
    """
    Return the problems that *error* carries; none if it is not flowkit's.
    """
    if not issubclass(type(error), FlowkitError):
        return ()
    carried = vars(error)
    problems = carried.get("problems", (carried.get("problem"),))
    return tuple([problem for problem in problems if isinstance(problem, Problem)])


class FlowkitError(Exception):
    """
    The base class of all errors that flowkit raises on purpose.
    """


class _OneProblemError(FlowkitError):
    """
    An error with exactly one problem.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return str(self.problem)


class OutputUseError(_OneProblemError, TypeError):
    """
    The output of a task was used as if it were the value, which exists only when the task has run.
    """


class LazyImportError(_OneProblemError, ImportError):
    """
    A module or a lazily imported name does not exist, or a block of lazy imports cannot work.

    Raised where the name is used for the first time; its location is the line of the import.
    """


class PipelineError(FlowkitError, ValueError):
    """
    One or more pipelines cannot be compiled to DAGs. Carries all their problems.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return format_report(self.problems)


class RegisterError(_OneProblemError):
    """
    `register` was called in a way, or from a module, that cannot work.
    """


class LoadError(FlowkitError):
    """
    A file with pipelines cannot be loaded, or does not contain what was requested.
    """


class RunError(FlowkitError):
    """
    A pipeline cannot be run in this environment.
    """
