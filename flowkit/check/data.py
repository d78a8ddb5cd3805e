"""
The data of a pipeline: which outputs its tasks use, where, and what comes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

import attrs

from flowkit.check.arguments import check_operator, fitted
from flowkit.check.layout import Layout, Scope, Spot
from flowkit.check.values import Rewriter
from flowkit.errors import Place, Problem
from flowkit.spec.action import Call, OperatorCall, PythonCall, Ref
from flowkit.spec.draft import Draft, GroupNode, TaskNode

# What Airflow's BaseOperator renders itself, beside the template fields of the operator.
_FOREIGN_CURE = (
    "Place the task that it comes from in this pipeline: .then(task). Between pipelines, data goes through a store "
    "of your own, or an asset."
)


@final
class Data:
    """
    Reads the arguments of all tasks.
    """

    def __init__(self, layout: Layout, problems: list[Problem]) -> None:
        self.layout = layout
        self.problems = problems
        self.calls: dict[Spot, Call | None] = {}
        """What each task does, with references in place of outputs."""

        self.givers: dict[Spot, dict[Spot, None]] = {}
        """By task: those whose outputs it takes."""

        self.by_key: set[Spot] = set()
        """The tasks that have some key of their output used."""

    def read(self, draft: Draft) -> None:
        """
        Read the arguments and the options of every task.
        """
        for spot in self.layout.spots:
            self.calls[spot] = self._call(spot)
            self._check_options(spot.node.options, f"Task {spot.path!r}", spot.place)
        for scope in self.layout.root.walk():
            if isinstance(scope, Scope) and isinstance(scope.node, GroupNode):
                name = f"Group {scope.path!r}"
                self._check_options({**scope.node.settings, **scope.node.defaults}, name, scope.place)
        self._check_options({**draft.settings, **draft.defaults}, "The pipeline", draft.place)

    def _call(self, spot: Spot) -> Call | None:
        action = spot.node.action
        if isinstance(action, PythonCall):
            return self._python(spot, action)
        if isinstance(action, OperatorCall):
            return self._operator(spot, action)
        return None

    def _python(self, spot: Spot, call: PythonCall) -> PythonCall:
        call = fitted(call, self.problems)
        args = tuple(self._argument(spot, call, str(index + 1), arg) for index, arg in enumerate(call.args))
        kwargs = {name: self._argument(spot, call, name, arg) for name, arg in call.kwargs.items()}
        return attrs.evolve(call, args=args, kwargs=kwargs)

    def _operator(self, spot: Spot, call: OperatorCall) -> OperatorCall:
        check_operator(call, spot.node.options, self.problems)
        templated = _template_fields(call.operator)
        kwargs = {}
        for name, value in call.kwargs.items():
            if name in templated:
                kwargs[name] = self._argument(spot, call, name, value)
                continue
            rewriter = self._rewriter()
            kwargs[name] = rewriter.rewrite(value)
            if rewriter.found or rewriter.spoilt:
                cure = f"It renders: {', '.join(sorted(templated)) or 'none'}."
                message = (
                    f"Task {spot.path!r} gives an output to {name!r} of {call.name}, which Airflow does not render: "
                    "the operator would get a reference, not the value."
                )
                self._report("FK202", message, cure, call.place)
        return attrs.evolve(call, kwargs=kwargs)

    def _argument(self, spot: Spot, call: Call, name: str, value: Any) -> Any:
        rewriter = self._rewriter(taker=spot)
        new = rewriter.rewrite(value)
        where = f"argument {name} of {call.name}" if name.isdigit() else f"{name!r} of {call.name}"
        self._report_foreign(rewriter, f"Task {spot.path!r} uses", call.place)
        if rewriter.spoilt:
            message = f"Task {spot.path!r} gives {where} a text that holds pieces of an output."
            cure = "An output stands in a text whole: cut or change it in a function that takes the output."
            self._report("FK203", message, cure, call.place)
        for kind in dict.fromkeys(rewriter.unstable):
            message = (
                f"Task {spot.path!r} gives {where} an object of type {kind}, which has no stable written form: "
                "Airflow would see a new version of the DAG at every parse."
            )
            cure = f"Make {kind} an attrs class or a dataclass, give it a __repr__, or pass plain values."
            self._report("FK204", message, cure, call.place)
        return new

    def _rewriter(self, taker: Spot | None = None) -> Rewriter:
        def resolve(node: TaskNode, key: str | None) -> Ref | None:
            giver = self.layout.placed.get(node)
            if not isinstance(giver, Spot):
                return None
            if taker is not None:
                self.givers.setdefault(taker, {})[giver] = None
            if key is not None:
                self.by_key.add(giver)
            return Ref(giver.full_id, key)

        return Rewriter(resolve)

    def _check_options(self, options: Mapping[str, Any], name: str, place: Place) -> None:
        for option, value in options.items():
            if value is None or isinstance(value, bool | int | float):
                continue
            rewriter = self._rewriter()
            rewriter.rewrite(value)
            if rewriter.found or rewriter.spoilt:
                message = (
                    f"{name} has an output in {option!r}, which is fixed when the pipeline is built: no task has "
                    "run by then."
                )
                self._report(
                    "FK202", message, "Give the output to a function or an operator as an argument.", place
                )

    def _report_foreign(self, rewriter: Rewriter, who: str, place: Place) -> None:
        for node in dict.fromkeys(rewriter.foreign):
            what = "of a task" if node is None else f"of task {node.id!r} ({node.place})"
            self._report(
                "FK201", f"{who} the output {what}, which is not in this pipeline.", _FOREIGN_CURE, place
            )

    def _report(self, code: str, message: str, cure: str, place: Place) -> None:
        self.problems.append(Problem(code, message, cure, place))


def _template_fields(operator: type[Any]) -> frozenset[str]:
    fields = getattr(operator, "template_fields", ())
    if isinstance(fields, str):
        return frozenset({fields})
    try:
        return frozenset(fields)
    except TypeError:  # a property: only the operator itself knows
        return frozenset()
