"""
The rules over a source: what is certain to be a mistake, whatever happens when the file is loaded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import final

from flowkit.analysis.scopes import Occurrence, Value
from flowkit.analysis.vocabulary import Kind, Open
from flowkit.base.call_site import SourceLocation
from flowkit.base.findings import Finding
from flowkit.base.problems import Problem

_NOUNS = {
    Kind.PIPELINE: "pipeline",
    Kind.GROUP: "group",
    Kind.TASK: "task",
    Kind.FLOW: "flow",
    Kind.LABEL: "label",
    Kind.ACTION: "call for a task",
    Kind.BRANCHING: "branch",
    Kind.GENERATED: "set of pipelines",
}
_HINTS = {
    Kind.PIPELINE: "Give it to register(), or return it.",
    Kind.GROUP: "Give it a name and place it, .then(…), or return it.",
    Kind.TASK: "Give it a name and place it, .then(…).",
    Kind.FLOW: "Hand it to the pipeline: .add(…) beside the chain, or .then(…) as its next link.",
    Kind.GENERATED: "Give it to register().",
}


@final
class Rules:
    """
    What was found in one file.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[tuple[str, str, int, int], Finding] = {}
        self._expecting = 0
        self._silent = 0
        self._depending: list[Occurrence] = []

    @property
    def found(self) -> Iterable[Finding]:
        """
        All that was found so far.
        """
        return self._found.values()

    def _say(
        self, code: str, message: str, hint: str, occurrence: Occurrence, *, warning: bool = False
    ) -> None:
        if self._silent:
            return
        node = occurrence.node
        problem = Problem(code, message, hint, SourceLocation(occurrence.file, node.lineno))
        finding = Finding(problem, warning=warning, until=node.end_lineno or 0)
        self._found.setdefault((code, occurrence.file, node.lineno, node.col_offset), finding)

    def _at(self, node: ast.expr, name: str = "") -> Occurrence:
        return Occurrence(name, self.file, node)

    def lost(self, node: ast.expr, value: Value) -> None:
        """
        Judge an expression that stands alone, and so gives its value to nobody.
        """
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            value = value.item or value
        if self._expecting or not value.made or not isinstance(value.what, Kind | Open):
            return
        if value.made == "arrow":
            message = "This arrow does nothing: an arrow of flowkit gives a flow, changes no task, and nobody takes it."
            self._say("FK506", message, _HINTS[Kind.FLOW], self._at(node))
            return
        kind = value.what if isinstance(value.what, Kind) else Kind.GROUP
        noun, hint = _NOUNS.get(kind, "value"), _HINTS.get(kind, "Give it to a task.")
        func = getattr(node, "func", None)
        if value.made == "method" and isinstance(func, ast.Attribute):
            what, name = f".{func.attr}(…)", getattr(func.value, "id", None)
            message = f"The result of {what} is lost: builders never change, each call gives a new {noun}."
            hint = f"Take it: {name} = {name}{what}." if name else hint
        else:
            message = f"This call makes a {noun}, and nobody takes it."
        self._say("FK506", message, hint, self._at(node))

    def unused(self, name: ast.Name) -> None:
        """
        Judge a name in a function that was given to a builder and is not read again.
        """
        if not self._expecting:
            message = f"What {name.id} stands for is lost: this function does not use the name again."
            self._say("FK506", message, "Place it, return it, or leave it out.", self._at(name))

    def used(self, how: str, what: object, node: ast.expr) -> None:
        """
        Judge a use of something that has no value yet.
        """
        if self._expecting:
            return
        noun = "The output of a task" if what is Kind.OUTPUT else "A param"
        message = (
            f"{noun} {how} while the pipeline is built. The value exists only when the task runs, so the answer is "
            "always the same, or an error."
        )
        hint = "Ask within the function of a task, or choose between tasks with branch(…)."
        self._say("FK507", message, hint, self._at(node))

    def taken(self, values: Iterable[Value]) -> None:
        """
        Judge what becomes part of a DAG.
        """
        for occurrence in [*(value.changing for value in values if value.changing), *self._depending]:
            message = (
                f"{occurrence.name}() becomes part of a pipeline, and gives something else each time: Airflow would "
                "store a new version of the DAG at every parse."
            )
            hint = "Write a constant, or ask in the function of a task; the time of a run is in context()."
            self._say("FK508", message, hint, occurrence, warning=True)

    def work(self, occurrence: Occurrence) -> None:
        """
        Judge a call to a database or the network that runs whenever the file is loaded.
        """
        message = (
            f"{occurrence.name}() runs when Airflow parses this file, about every 30 s, and again before each task: a "
            "slow or missing answer stops all pipelines of the file."
        )
        hint = "Call it in the function of a task; a variable can also stand in a template."
        self._say("FK509", message, hint, occurrence, warning=True)

    @contextmanager
    def expecting(self, on: bool) -> Iterator[None]:
        """
        Read code that waits for an error: there a lone call has a purpose.
        """
        self._expecting += on
        try:
            yield
        finally:
            self._expecting -= on

    @contextmanager
    def depending(self, on: Value) -> Iterator[None]:
        """
        Read code that runs, or does not, as *on* says.
        """
        if on.changing is None:
            yield
            return
        self._depending.append(on.changing)
        try:
            yield
        finally:
            self._depending.pop()

    @contextmanager
    def afresh(self) -> Iterator[None]:
        """
        Read a function, whose body is not bound to the place of the call that led to it.
        """
        before = self._expecting, self._depending
        self._expecting, self._depending = 0, []
        try:
            yield
        finally:
            self._expecting, self._depending = before

    @contextmanager
    def silent(self) -> Iterator[None]:
        """
        Read code again that was judged already.
        """
        self._silent += 1
        try:
            yield
        finally:
            self._silent -= 1
