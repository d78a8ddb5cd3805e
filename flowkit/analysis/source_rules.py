"""
The rules over a source file: what is certainly a mistake, however the file is loaded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import final

from flowkit.analysis.scopes import Occurrence, Value
from flowkit.analysis.vocabulary import InlineGroup, Kind
from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem

_NOUNS = {
    Kind.PIPELINE: "pipeline",
    Kind.GROUP: "group",
    Kind.TASK: "task",
    Kind.FLOW: "flow",
    Kind.LABEL: "label",
    Kind.ACTION: "action",
    Kind.BRANCHING: "branch",
    Kind.GENERATED: "set of pipelines",
}
_HINTS = {
    Kind.PIPELINE: "Pass it to register(), or return it.",
    Kind.GROUP: "Assign it to a name and place it with .then(…), or return it.",
    Kind.TASK: "Assign it to a name and place it with .then(…).",
    Kind.FLOW: "Pass it to the pipeline: .add(…) beside the chain, or .then(…) as its next link.",
    Kind.GENERATED: "Pass it to register().",
}


@final
class SourceRules:
    """
    Judges the code of one file, and keeps the problems.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: dict[tuple[str, str, int, int], Problem] = {}
        self._expecting_error = 0
        self._muted = 0
        self._conditions: list[Occurrence] = []

    @property
    def problems(self) -> Iterable[Problem]:
        """
        All problems so far.
        """
        return self._problems.values()

    def _add(self, code: str, message: str, hint: str, occurrence: Occurrence) -> None:
        if self._muted:
            return
        node = occurrence.node
        location = SourceLocation(occurrence.file, node.lineno)
        problem = Problem(code, message, hint, location, end_line=node.end_lineno or 0)
        self._problems.setdefault((code, occurrence.file, node.lineno, node.col_offset), problem)

    def add(self, problems: Iterable[Problem]) -> None:
        """
        Add *problems* that were found elsewhere.
        """
        for problem in problems:
            line = problem.location.line if problem.location else 0
            self._problems.setdefault((problem.code, problem.message, line, 0), problem)

    def _occurrence(self, node: ast.expr, name: str = "") -> Occurrence:
        return Occurrence(name, self.file, node)

    def check_discarded(self, node: ast.expr, value: Value) -> None:
        """
        Report an expression statement that makes a builder, which is then discarded.
        """
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            value = value.item or value
        if self._expecting_error or not value.origin or not isinstance(value.referent, Kind | InlineGroup):
            return
        if value.origin == "arrow":
            arrow = "<<" if isinstance(getattr(node, "op", None), ast.LShift) else ">>"
            message = f"This `{arrow}` has no effect: the flow it returns is discarded."
            self._add("FK506", message, _HINTS[Kind.FLOW], self._occurrence(node))
            return
        kind = value.referent if isinstance(value.referent, Kind) else Kind.GROUP
        noun, hint = _NOUNS.get(kind, "value"), _HINTS.get(kind, "Pass it to a task.")
        func = getattr(node, "func", None)
        if value.origin == "method" and isinstance(func, ast.Attribute):
            call, name = f".{func.attr}(…)", getattr(func.value, "id", None)
            message = (
                f"The result of {call} is discarded: builders are immutable, each call returns a new {noun}."
            )
            hint = f"Assign it: {name} = {name}{call}." if name else hint
        else:
            message = f"The {noun} created here is never used."
        self._add("FK506", message, hint, self._occurrence(node))

    def check_unused_name(self, name: ast.Name) -> None:
        """
        Report a name that a function assigns a new builder to and never reads.
        """
        if not self._expecting_error:
            message = f"The value of {name.id} is never used: this function does not read the name again."
            self._add("FK506", message, "Place it, return it, or remove it.", self._occurrence(name))

    def check_early_use(self, how: str, referent: object, node: ast.expr) -> None:
        """
        Report the use of something that has no value yet.
        """
        if self._expecting_error:
            return
        noun = "The output of a task" if referent is Kind.OUTPUT else "A param"
        message = (
            f"{noun} {how} while the pipeline is being built. Its value exists only when the task runs, so the result "
            "is always the same, or an error."
        )
        hint = "Test it in the function of a task, or choose between tasks with branch(…)."
        self._add("FK507", message, hint, self._occurrence(node))

    def check_nondeterminism(self, values: Iterable[Value]) -> None:
        """
        Report calls that return something else each time, where *values* become part of a DAG.
        """
        for call in [
            *(value.nondeterministic for value in values if value.nondeterministic),
            *self._conditions,
        ]:
            message = (
                f"The pipeline depends on {call.name}(), which returns something else each time: Airflow would store a "
                "new version of the DAG at every parse."
            )
            hint = "Use a constant, or make the call in the function of a task; context() has the time of the run."
            self._add("FK508", message, hint, call)

    def check_io(self, call: Occurrence) -> None:
        """
        Report a call to a database or the network that runs whenever the file is loaded.
        """
        message = (
            f"{call.name}() runs whenever Airflow parses this file, about every 30 s and before each task: a slow or "
            "missing response blocks all pipelines in the file."
        )
        hint = "Call it in the function of a task; templates can read variables, too."
        self._add("FK509", message, hint, call)

    @contextmanager
    def expecting_error(self, on: bool) -> Iterator[None]:
        """
        Read code that expects an exception: there, an expression statement has a purpose.
        """
        self._expecting_error += on
        try:
            yield
        finally:
            self._expecting_error -= on

    @contextmanager
    def under_condition(self, condition: Value) -> Iterator[None]:
        """
        Read code that only runs if *condition* is true.
        """
        if condition.nondeterministic is None:
            yield
            return
        self._conditions.append(condition.nondeterministic)
        try:
            yield
        finally:
            self._conditions.pop()

    @contextmanager
    def new_function(self) -> Iterator[None]:
        """
        Read the body of a function, independently of the code that called it.
        """
        before = self._expecting_error, self._conditions
        self._expecting_error, self._conditions = 0, []
        try:
            yield
        finally:
            self._expecting_error, self._conditions = before

    @contextmanager
    def muted(self) -> Iterator[None]:
        """
        Read code for a second time, without reporting its mistakes again.
        """
        self._muted += 1
        try:
            yield
        finally:
            self._muted -= 1
