"""
Which operators get which arguments from `.operator_defaults(…)`: pipeline < group < nested group < the operator itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, cast, final

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean, misspelling
from flowkit.draft.nodes import GroupNode
from flowkit.model.calls import OperatorCall
from flowkit.resolve.layout import Layout, Scope, TaskPosition
from flowkit.resolve.rewriter import Rewriter, argument_problems
from flowkit.rules.operator_defaults import taken_defaults
from flowkit.rules.option_rules import TASK_OPTIONS

_NONE: Final[Mapping[str, Any]] = {}
_OUTPUT_HINT: Final = "Give it to each operator as an argument."


@final
class OperatorDefaults:
    """
    Reads the `.operator_defaults(…)` of a pipeline and its groups.
    """

    def __init__(self, layout: Layout, problems: list[Problem]) -> None:
        self.problems = problems
        self._scopes: list[Scope] = [
            scope for scope in (layout.root, *layout.groups) if scope.node.operator_defaults
        ]
        self._in_effect: dict[Scope, dict[str, Any]] = {}
        self._used: set[tuple[Scope, str]] = set()
        self._known: dict[Scope, set[str]] = {scope: set() for scope in self._scopes}
        """By scope: the names that operators below take."""

        self._open: set[Scope] = set()
        """The scopes with an operator below that may take any name."""

        for scope in self._scopes:
            self._read(scope)
        for scope in (layout.root, *layout.groups) if self._scopes else ():  # the outer ones first
            above = _NONE if scope.parent is None else self._in_effect[scope.parent]
            self._in_effect[scope] = {**above, **scope.operator_defaults}

    def of(
        self, position: TaskPosition, call: OperatorCall, mapped: Collection[str]
    ) -> tuple[OperatorCall, Mapping[str, Any]]:
        """
        Return the defaults that an operator takes and is not given itself, nor *mapped* over.

        Those that Airflow does not fill in are added to the call instead.
        """
        if not self._scopes:
            return call, _NONE
        scope = cast("Scope", position.parent)
        in_effect = self._in_effect[scope]
        taken = taken_defaults(call, in_effect)
        above: Scope | None = scope
        while above is not None:
            if above.operator_defaults:
                self._used.update((above, name) for name in (*taken.by_airflow, *taken.by_flowkit))
                if taken.known is None:
                    self._open.add(above)
                else:
                    self._known[above] |= taken.known
            above = above.parent
        own = {*call.kwargs, *mapped}
        given = {name: in_effect[name] for name in taken.by_flowkit if name not in own}
        if given:
            call = OperatorCall(call.operator, {**call.kwargs, **given}, call.location, call.any_names)
        return call, {name: in_effect[name] for name in taken.by_airflow if name not in own}

    def all_of(self, position: TaskPosition) -> Mapping[str, Any]:
        """
        Return all defaults in effect for a task whose operators are known only to Airflow.
        """
        if not self._scopes:
            return _NONE
        above = position.parent
        while above is not None:
            self._open.add(above)
            above = above.parent
        return self._in_effect[cast("Scope", position.parent)]

    def unused(self) -> Iterator[Problem]:
        """
        Yield the names that no operator below takes. All tasks have to be read before.
        """
        for scope in self._scopes:
            for name in scope.operator_defaults if scope not in self._open else ():
                if (scope, name) not in self._used:
                    yield _unused(scope, name, self._known[scope])

    def _read(self, scope: Scope) -> None:
        read: dict[str, Any] = {}
        for name, value in scope.node.operator_defaults.items():
            # Airflow stores the defaults of a DAG and its groups, dates and timedeltas as numbers.
            rewriter = Rewriter(lambda _task, _key: None, lambda _item: None, self.problems, as_seconds=True)
            read[name] = rewriter.rewrite(value)
            if (rewriter.placeholders or rewriter.spoilt) and not rewriter.misplaced:
                what = "a value that is known only when a task runs, such as an output."
                self._report("FK202", scope, name, what, _OUTPUT_HINT)
                continue
            for code, what, hint in argument_problems(rewriter, stored=True):
                self._report(code, scope, name, what, hint)
        scope.operator_defaults = read

    def _report(self, code: str, scope: Scope, name: str, what: str, hint: str) -> None:
        message = f"{_call_text(scope)} gives {name!r} {what}"
        self.problems.append(Problem(code, message, hint, _location(scope, name)))


def _unused(scope: Scope, name: str, known: set[str]) -> Problem:
    message = f"{_call_text(scope)} got {name!r}, which no operator below takes."
    option = misspelling(name, TASK_OPTIONS)
    if not known:
        hint = "Remove it: only operator(…) and sensors get these defaults, functions of python(…) do not."
    elif option is not None and misspelling(name, known) is None:
        hint = f"Did you mean .defaults({option}=…)?"
    else:
        hint = did_you_mean(name, known, otherwise=f"Their arguments are: {', '.join(sorted(known))}.")
    return Problem("FK309", message, hint, _location(scope, name))


def _call_text(scope: Scope) -> str:
    node = scope.node
    owner = f"Group({node.id!r})" if isinstance(node, GroupNode) else f"Pipeline({node.dag_id!r})"
    return f"{owner}.operator_defaults()"


def _location(scope: Scope, name: str) -> SourceLocation:
    return scope.node.operator_defaults_at.get(name, scope.location)
