"""
The data of a pipeline: which outputs its tasks use, where, and what comes of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from operator import is_
from typing import Any, cast, final

import attrs

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.draft.nodes import Draft, GroupMapping, GroupNode, TaskNode
from flowkit.draft.output import Output
from flowkit.draft.placeholders import GroupItem
from flowkit.model.calls import Call, EachCall, ItemRef, OperatorCall, PythonCall, Ref
from flowkit.resolve.layout import Layout, NodePosition, Scope, TaskPosition
from flowkit.resolve.rewriter import Rewriter, is_plain
from flowkit.rules.arguments import check_operator, fitted, signature_names
from flowkit.rules.returns import branch_problems, xcom_problem
from flowkit.rules.signatures import template_fields_of

_FOREIGN_HINT = (
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
        self.calls: dict[TaskPosition, Call | None] = {}
        """What each task does, with references in place of outputs."""

        self.producers: dict[NodePosition, dict[TaskPosition, None]] = {}
        """By task, and by mapped group: the tasks whose outputs it takes."""

        self.mapped: dict[Scope, Mapping[str, Any]] = {}
        """By mapped group: what it is made once for each item of."""

        self._mapped_groups: dict[object, Scope] = {
            scope.node.mapping.key: scope
            for scope in layout.groups
            if isinstance(scope.node, GroupNode) and scope.node.mapping is not None
        }

        self.by_key: set[TaskPosition] = set()
        """The tasks that have some key of their output used."""

        # Many tasks of one pipeline call one function: what was found right once is not looked at again.
        self._fitting: set[tuple[int, int, tuple[str, ...], tuple[str, ...]]] = set()
        self._arriving: set[tuple[int, bool]] = set()
        self._taking: set[tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = set()

    def read(self, draft: Draft) -> None:
        """
        Read the arguments and the options of every task.
        """
        for spot in self.layout.spots:
            self.calls[spot] = self._call(spot)
            if spot.node.options:
                self._check_options(spot.node.options, f"Task {spot.path!r}", spot.location)
        used = {producer for producers in self.producers.values() for producer in producers}
        for spot in self.layout.spots:
            self._check_returned(spot, used=spot in used)
        for scope in self.layout.groups:
            node = cast("GroupNode", scope.node)  # only the outermost scope has a draft
            self._check_options({**node.settings, **node.defaults}, f"Group {scope.path!r}", scope.location)
            if node.mapping is not None:
                self.mapped[scope] = self._mapping(scope, node.mapping)
        self._check_options({**draft.settings, **draft.defaults}, "The pipeline", draft.location)

    def _call(self, spot: TaskPosition) -> Call | None:
        action = spot.node.action
        if isinstance(action, PythonCall):
            return self._python(spot, action)
        if isinstance(action, OperatorCall):
            return self._operator(spot, action)
        if isinstance(action, EachCall):
            return self._each(spot, action)
        return action  # nothing, or a call that takes no arguments

    def _python(self, spot: TaskPosition, call: PythonCall, mapped: Collection[str] = ()) -> PythonCall:
        call = self._fitted(call, mapped)
        args = tuple([self._argument(spot, call, index, arg) for index, arg in enumerate(call.args, 1)])
        kwargs = {name: self._argument(spot, call, name, arg) for name, arg in call.kwargs.items()}
        if call.decorator is not None:
            from flowkit.rules.decorators import decorator_problems

            self.problems.extend(decorator_problems(call))
            given = {
                name: self._argument(spot, call, name, value, stored=False)
                for name, value in call.decorator.kwargs.items()
            }
            call = attrs.evolve(call, decorator=attrs.evolve(call.decorator, kwargs=given))
        if all(map(is_, args, call.args)) and all(map(is_, kwargs.values(), call.kwargs.values())):
            return call
        # Field by field: `attrs.evolve` would cost more than all the rest that is done for a task here.
        return PythonCall(
            call.function, args, kwargs, call.location, call.decorator, call.routes, call.several
        )

    def _fitted(self, call: PythonCall, mapped: Collection[str]) -> PythonCall:
        # Whether a function can be called is a matter of how many arguments there are, and of their names.
        shape = (id(call.function), len(call.args), tuple(call.kwargs), tuple(mapped))
        if shape in self._fitting:
            return call
        known = len(self.problems)
        result = fitted(call, self.problems, mapped=mapped)
        if result is call and len(self.problems) == known:
            self._fitting.add(shape)
        return result

    def _operator(
        self, spot: TaskPosition, call: OperatorCall, mapped: Collection[str] | None = ()
    ) -> OperatorCall:
        self._check_operator(call, spot.node.options, mapped)
        if all(map(is_plain, call.kwargs.values())):
            return call
        templated = template_fields_of(call.operator)
        kwargs = {}
        for name, value in call.kwargs.items():
            if name in templated:
                kwargs[name] = self._argument(spot, call, name, value)
                continue
            if is_plain(value):
                kwargs[name] = value
                continue
            rewriter = self._rewriter()
            kwargs[name] = rewriter.rewrite(value)
            if rewriter.found or rewriter.spoilt:
                names = ", ".join(sorted(templated))
                hint = (
                    f"It renders: {names}."
                    if names
                    else "It renders nothing: a function can take the output."
                )
                message = (
                    f"Task {spot.path!r} gives an output to {name!r} of {call.name}, which Airflow does not render: "
                    "the operator would get a reference, not the value."
                )
                self._report("FK202", message, hint, call.location)
        if all(map(is_, kwargs.values(), call.kwargs.values())):
            return call
        return OperatorCall(call.operator, kwargs, call.location)

    def _check_operator(
        self, call: OperatorCall, options: Mapping[str, Any], mapped: Collection[str] | None
    ) -> None:
        # Whether an operator can be made is a matter of the names of its arguments.
        shape = (id(call.operator), tuple(call.kwargs), tuple(options), tuple(mapped or ()))
        if shape in self._taking:
            return
        known = len(self.problems)
        check_operator(call, options, self.problems, mapped=mapped)
        if mapped is not None and len(self.problems) == known:
            self._taking.add(shape)

    def _each(self, spot: TaskPosition, each: EachCall) -> EachCall:
        inner: PythonCall | OperatorCall
        names = None if each.sets is not None else tuple(each.mapped)
        if isinstance(each.call, PythonCall):
            # Which arguments a list of sets brings is known when it is there.
            inner = self._python(spot, each.call, signature_names(each.call) if names is None else names)
        else:
            inner = self._operator(spot, each.call, names)
        mapped = {name: self._argument(spot, each, name, value) for name, value in each.mapped.items()}
        sets = None if each.sets is None else self._argument(spot, each, "the sets", each.sets)
        return attrs.evolve(each, call=inner, mapped=mapped, sets=sets)

    def _mapping(self, scope: Scope, mapping: GroupMapping) -> Mapping[str, Any]:
        rewriter = self._rewriter(consumer=scope)
        mapped = {name: rewriter.rewrite(value) for name, value in mapping.mapped.items()}
        self._report_foreign(rewriter, f"Group {scope.path!r} is mapped over", mapping.location)
        return mapped

    def _argument(
        self, spot: TaskPosition, call: Call, name: str | int, value: Any, *, stored: bool = True
    ) -> Any:
        # Nearly all arguments are plain values, and outputs of tasks that are there: nothing to report.
        if is_plain(value):
            return value
        if type(value) is Output and (ref := self._reference(value.task, value.key, spot)) is not None:
            return ref
        rewriter = self._rewriter(consumer=spot)
        new = rewriter.rewrite(value)
        where = f"argument {name} of {call.name}" if isinstance(name, int) else f"{name!r} of {call.name}"
        self._report_foreign(rewriter, f"Task {spot.path!r} uses", call.location)
        if rewriter.spoilt:
            message = f"Task {spot.path!r} gives {where} a text that holds pieces of an output."
            hint = "An output stands in a text whole: cut or change it in a function that takes the output."
            self._report("FK203", message, hint, call.location)
        for params_class in dict.fromkeys(rewriter.params):
            self._check_params(spot, params_class, call.location)
        if rewriter.misplaced:
            message = f"Task {spot.path!r} gives {where} an over(…), which is not mapped there."
            hint = (
                "Map whole arguments: each(fn, over(…)), operator(Class, argument=over(…)) or each_group(…)."
            )
            self._report("FK206", message, hint, call.location)
        for parameter in dict.fromkeys(rewriter.stray):
            message = f"Task {spot.path!r} gives {where} the item {parameter!r} of a mapped group, and is not in it."
            self._report(
                "FK207", message, "Use the item in tasks of the group that each_group() made.", call.location
            )
        if rewriter.as_key:
            message = (
                f"Task {spot.path!r} gives {where} a mapping with an output in a key, which Airflow does not "
                "render."
            )
            self._report("FK202", message, "Outputs stand in the values of a mapping.", call.location)
        for kind in dict.fromkeys(rewriter.endless):
            message = (
                f"Task {spot.path!r} gives {where} a {kind} that holds itself, or is nested too deep: it has no "
                "written form for Airflow to store."
            )
            self._report("FK204", message, "Pass plain values.", call.location)
        for kind in dict.fromkeys(rewriter.unstable if stored else ()):
            message = (
                f"Task {spot.path!r} gives {where} an object of type {kind}, which has no stable written form: "
                "Airflow would see a new version of the DAG at every parse."
            )
            hint = f"Make {kind} an attrs class or a dataclass, give it a __repr__, or pass plain values."
            self._report("FK204", message, hint, call.location)
        return new

    def _check_returned(self, spot: TaskPosition, *, used: bool) -> None:
        call = spot.node.action
        inner = call.call if isinstance(call, EachCall) else call
        if not isinstance(inner, PythonCall):
            return
        if inner.routes is not None:
            self.problems.extend(branch_problems(inner))
        if (id(inner.function), used) in self._arriving or spot.node.options.get("do_xcom_push") is False:
            return
        problem = xcom_problem(inner, spot.path, used=used)
        if problem is not None:
            self.problems.append(problem)
        elif inner.decorator is None and inner.routes is None:  # of those the annotation is not looked at
            self._arriving.add((id(inner.function), used))

    def _reference(self, node: TaskNode, key: str | None, consumer: NodePosition | None) -> Ref | None:
        producer = self.layout.placed.get(node)
        if not isinstance(producer, TaskPosition):
            return None
        if consumer is not None:
            self.producers.setdefault(consumer, {})[producer] = None
        if key is not None:
            self.by_key.add(producer)
        return Ref(producer.full_id, key)

    def _rewriter(self, consumer: NodePosition | None = None) -> Rewriter:
        def resolve(node: TaskNode, key: str | None) -> Ref | None:
            return self._reference(node, key, consumer)

        def item(mark: GroupItem) -> ItemRef | None:
            group = self._mapped_groups.get(mark.key)
            if group is None or consumer is None or not consumer.within(group):
                return None
            return ItemRef(group.full_id, mark.parameter)

        return Rewriter(resolve, item)

    def _check_options(self, options: Mapping[str, Any], name: str, location: SourceLocation) -> None:
        for option, value in options.items():
            if is_plain(value):
                continue
            rewriter = self._rewriter()
            rewriter.rewrite(value)
            if rewriter.found or rewriter.spoilt:
                message = (
                    f"{name} has an output in {option!r}, which is fixed when the pipeline is built: no task has "
                    "run by then."
                )
                self._report(
                    "FK202", message, "Give the output to a function or an operator as an argument.", location
                )

    def _check_params(self, spot: TaskPosition, params_class: type[Any], location: SourceLocation) -> None:
        own = self.layout.root.node
        given = own.settings.get("params") if isinstance(own, Draft) else None
        if given is params_class or (isinstance(given, type) and issubclass(given, params_class)):
            return
        message = f"Task {spot.path!r} takes params({params_class.__name__}), which are not the params of the pipeline."
        self._report("FK208", message, f"Write Pipeline(…, params={params_class.__name__}).", location)

    def _report_foreign(self, rewriter: Rewriter, who: str, location: SourceLocation) -> None:
        for node in dict.fromkeys(rewriter.foreign):
            what = "of a task" if node is None else f"of task {node.id!r} ({node.location})"
            self._report(
                "FK201", f"{who} the output {what}, which is not in this pipeline.", _FOREIGN_HINT, location
            )

    def _report(self, code: str, message: str, hint: str, location: SourceLocation) -> None:
        self.problems.append(Problem(code, message, hint, location))
