"""
The data flow of a pipeline: which outputs its tasks use, and where.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from operator import is_
from typing import Any, Final, cast, final

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.draft.nodes import Draft, GroupMapping, GroupNode, TaskNode
from flowkit.draft.output import Output
from flowkit.draft.placeholders import GroupItem
from flowkit.model.calls import Call, EachCall, ItemRef, NativeCall, OperatorCall, PythonCall, Ref, inner_call
from flowkit.resolve.inherited_arguments import OperatorDefaults
from flowkit.resolve.layout import Layout, NodePosition, Scope, TaskPosition
from flowkit.resolve.rewriter import NATIVE_HINT, NOT_IN_SPEC, Rewriter, argument_problems, is_plain
from flowkit.rules.arguments import check_operator, fitted, signature_names
from flowkit.rules.returns import branch_problems, xcom_problem
from flowkit.rules.sensor_arguments import sensor_problems
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

        self.items: dict[TaskPosition, dict[Scope, None]] = {}
        """By task: the mapped groups whose items it takes."""

        self.mapped: dict[Scope, Mapping[str, Any]] = {}
        """By mapped group: what it is mapped over."""

        self._mapped_groups: dict[object, Scope] = {
            scope.node.mapping.key: scope
            for scope in layout.groups
            if isinstance(scope.node, GroupNode) and scope.node.mapping is not None
        }

        self.by_key: set[TaskPosition] = set()
        """The tasks whose output is used by key."""

        self.operator_defaults: dict[TaskPosition, Mapping[str, Any]] = {}
        """By operator: the arguments that it takes from `.operator_defaults(…)`."""

        self._defaults = OperatorDefaults(layout, problems)

        # Many tasks call the same function: what has passed a check is not checked again.
        self._valid_calls: set[tuple[int, int, tuple[str, ...], tuple[str, ...]]] = set()
        self._valid_returns: set[tuple[int, bool]] = set()
        self._valid_operators: set[
            tuple[int, bool, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]
        ] = set()

    def read(self, draft: Draft) -> None:
        """
        Read the arguments and the options of every task.
        """
        for position in self.layout.tasks:
            self.calls[position] = self._call(position)
            if position.node.options:
                self._check_options(position.node.options, f"Task {position.path!r}", position.location)
        used = {producer for producers in self.producers.values() for producer in producers}
        for position in self.layout.tasks:
            self._check_returned(position, used=position in used)
        for scope in self.layout.groups:
            node = cast("GroupNode", scope.node)  # only the outermost scope has a draft
            self._check_options({**node.settings, **node.defaults}, f"Group {scope.path!r}", scope.location)
            if node.mapping is not None:
                self.mapped[scope] = self._mapping(scope, node.mapping)
        self._check_options({**draft.settings, **draft.defaults}, "The pipeline", draft.location)
        self.problems.extend(self._defaults.unused())

    def _call(self, position: TaskPosition) -> Call | None:
        call = position.node.action
        reader = READERS.get(type(call))
        return call if reader is None else reader(self, position, call)

    def _python(
        self, position: TaskPosition, call: PythonCall, mapped: Collection[str] | None = ()
    ) -> PythonCall:
        call = self._fitted(call, signature_names(call) if mapped is None else mapped)
        read = self._argument if mapped == () else self._mapped_argument
        args = tuple([read(position, call, index, arg) for index, arg in enumerate(call.args, 1)])
        kwargs = {name: read(position, call, name, arg) for name, arg in call.kwargs.items()}
        if call.decorator is not None:
            from flowkit.rules.decorators import decorator_problems

            self.problems.extend(decorator_problems(call))
            self.problems.extend(sensor_problems(call))
            given = {
                name: self._argument(position, call, name, value, stored=False)
                for name, value in call.decorator.kwargs.items()
            }
            call = evolve(call, decorator=evolve(call.decorator, kwargs=given))
        if all(map(is_, args, call.args)) and all(map(is_, kwargs.values(), call.kwargs.values())):
            return call
        # Not `attrs.evolve`, which would cost more than everything else done here.
        return PythonCall(
            call.function, args, kwargs, call.location, call.decorator, call.routes, call.multiple
        )

    def _fitted(self, call: PythonCall, mapped: Collection[str]) -> PythonCall:
        # Whether a call fits depends only on the number of positional arguments and the names of the others.
        shape = (id(call.function), len(call.args), tuple(call.kwargs), tuple(mapped))
        if shape in self._valid_calls:
            return call
        known = len(self.problems)
        result = fitted(call, self.problems, mapped=mapped)
        if result is call and len(self.problems) == known:
            self._valid_calls.add(shape)
        return result

    def _operator(
        self, position: TaskPosition, call: OperatorCall, mapped: Collection[str] | None = ()
    ) -> OperatorCall:
        call, inherited = self._defaults.of(position, call, mapped or ())
        if inherited:
            self.operator_defaults[position] = inherited
        self._check_operator(call, position.node.options, mapped, inherited)
        self.problems.extend(sensor_problems(call, inherited))
        is_mapped = mapped != ()
        if not is_mapped and all(map(is_plain, call.kwargs.values())):
            return call
        templated = template_fields_of(call.operator)
        kwargs = {}
        for name, value in call.kwargs.items():
            if name not in templated:
                kwargs[name] = self._unrendered(position, call, name, value, templated, is_mapped=is_mapped)
            elif is_mapped:
                kwargs[name] = self._mapped_argument(position, call, name, value)
            else:
                kwargs[name] = self._argument(position, call, name, value)
        if all(map(is_, kwargs.values(), call.kwargs.values())):
            return call
        return OperatorCall(call.operator, kwargs, call.location, call.any_names)

    def _unrendered(
        self,
        position: TaskPosition,
        call: OperatorCall,
        name: str,
        value: Any,
        templated: Collection[str],
        *,
        is_mapped: bool,
    ) -> Any:
        if not is_mapped and is_plain(value):
            return value
        rewriter = self._rewriter(as_seconds=is_mapped)
        new = rewriter.rewrite(value)
        # Airflow stores them for mapped operators only. Otherwise the operator alone knows what becomes of them.
        for error in rewriter.inexact if is_mapped else ():
            what = f"Task {position.path!r} gives {name!r} of {call.name} {error.what}: {error.reason}."
            self._report("FK213", what, error.hint, call.location)
        for made in dict.fromkeys(rewriter.hand_written):
            what = f"Task {position.path!r} gives {name!r} of {call.name} {made}{NOT_IN_SPEC}"
            self._report("FK214", what, NATIVE_HINT, call.location)
        if rewriter.placeholders or rewriter.spoilt:
            names = ", ".join(sorted(templated))
            hint = (
                f"It renders: {names}."
                if names
                else "It renders no arguments: pass the output to a function."
            )
            message = (
                f"Task {position.path!r} gives an output to {name!r} of {call.name}, which Airflow does not "
                "render: the operator would get a reference, not the value."
            )
            self._report("FK202", message, hint, call.location)
        return new

    def _check_operator(
        self,
        call: OperatorCall,
        options: Mapping[str, Any],
        mapped: Collection[str] | None,
        inherited: Collection[str],
    ) -> None:
        # Whether a call fits depends only on the names of its arguments.
        names = (tuple(call.kwargs), tuple(options), tuple(mapped or ()), tuple(inherited))
        shape = (id(call.operator), call.any_names, *names)
        if shape in self._valid_operators:
            return
        known = len(self.problems)
        check_operator(call, options, self.problems, mapped=mapped, inherited=inherited)
        if mapped is not None and len(self.problems) == known:
            self._valid_operators.add(shape)

    def _native(self, position: TaskPosition, call: NativeCall) -> NativeCall:
        if inherited := self._defaults.all_of(position):
            self.operator_defaults[position] = inherited
        # Its function gets the arguments, not Airflow: only outputs in them are replaced.
        args = tuple(
            [self._native_argument(position, call, index, arg) for index, arg in enumerate(call.args, 1)]
        )
        kwargs = {name: self._native_argument(position, call, name, arg) for name, arg in call.kwargs.items()}
        return evolve(call, args=args, kwargs=kwargs)

    def _native_argument(self, position: TaskPosition, call: NativeCall, name: str | int, value: Any) -> Any:
        if is_plain(value):
            return value
        rewriter = self._rewriter(consumer=position, as_is=True)
        return self._rewritten(rewriter, position, call, name, value, stored=False)

    def _each(self, position: TaskPosition, each: EachCall) -> EachCall:
        # Which arguments a set contains is known when the task runs.
        names = None if each.by_set else tuple(each.mapped)
        inner = READERS[type(each.call)](self, position, each.call, names)
        mapped = {
            name: self._mapped_argument(position, each, name, value) for name, value in each.mapped.items()
        }
        return evolve(each, call=inner, mapped=mapped)

    def _mapping(self, scope: Scope, mapping: GroupMapping) -> Mapping[str, Any]:
        rewriter = self._rewriter(consumer=scope, as_seconds=True)
        mapped = {name: rewriter.rewrite(value) for name, value in mapping.mapped.items()}
        who = f"Group {scope.path!r} is mapped over"
        self._report_foreign(rewriter, who, mapping.location)
        for code, what, hint in argument_problems(rewriter, stored=True):
            self._report(code, f"{who} {what}", hint, mapping.location)
        return mapped

    def _argument(
        self, position: TaskPosition, call: Call, name: str | int, value: Any, *, stored: bool = True
    ) -> Any:
        # The fast path: nearly all arguments are plain values, or outputs of tasks in the pipeline.
        if is_plain(value):
            return value
        if type(value) is Output and (ref := self._reference(value.task, value.key, position)) is not None:
            return ref
        return self._rewritten(self._rewriter(consumer=position), position, call, name, value, stored=stored)

    def _mapped_argument(self, position: TaskPosition, call: Call, name: str | int, value: Any) -> Any:
        # Not as text, but in the forms that Airflow reads back: dates and timedeltas as numbers.
        rewriter = self._rewriter(consumer=position, as_seconds=True)
        return self._rewritten(rewriter, position, call, name, value, stored=True)

    def _rewritten(
        self,
        rewriter: Rewriter,
        position: TaskPosition,
        call: Call,
        name: str | int,
        value: Any,
        *,
        stored: bool,
    ) -> Any:
        new = rewriter.rewrite(value)
        where = f"argument {name} of {call.name}" if isinstance(name, int) else f"{name!r} of {call.name}"
        self._report_foreign(rewriter, f"Task {position.path!r} uses", call.location)
        for params_class in dict.fromkeys(rewriter.params):
            self._check_params(position, params_class, call.location)
        for code, what, hint in argument_problems(rewriter, stored=stored):
            self._report(code, f"Task {position.path!r} gives {where} {what}", hint, call.location)
        return new

    def _check_returned(self, position: TaskPosition, *, used: bool) -> None:
        inner = inner_call(position.node.action)
        if not isinstance(inner, PythonCall):
            return
        if inner.routes is not None:
            self.problems.extend(branch_problems(inner))
        if (id(inner.function), used) in self._valid_returns or position.node.options.get(
            "do_xcom_push"
        ) is False:
            return
        problem = xcom_problem(inner, position.path, used=used)
        if problem is not None:
            self.problems.append(problem)
        elif inner.decorator is None and inner.routes is None:  # their annotations are not checked
            self._valid_returns.add((id(inner.function), used))

    def _reference(self, node: TaskNode, key: str | None, consumer: NodePosition | None) -> Ref | None:
        producer = self.layout.placed.get(node)
        if not isinstance(producer, TaskPosition):
            return None
        if consumer is not None:
            self.producers.setdefault(consumer, {})[producer] = None
        if key is not None:
            self.by_key.add(producer)
        return Ref(producer.full_id, key)

    def _rewriter(
        self, consumer: NodePosition | None = None, *, as_seconds: bool = False, as_is: bool = False
    ) -> Rewriter:
        def resolve(node: TaskNode, key: str | None) -> Ref | None:
            return self._reference(node, key, consumer)

        def item(placeholder: GroupItem) -> ItemRef | None:
            group = self._mapped_groups.get(placeholder.key)
            if group is None or consumer is None or not consumer.within(group):
                return None
            if isinstance(consumer, TaskPosition):
                self.items.setdefault(consumer, {})[group] = None
            return ItemRef(group.full_id, placeholder.parameter, placeholder.path)

        return Rewriter(resolve, item, self.problems, as_seconds=as_seconds, as_is=as_is)

    def _check_options(self, options: Mapping[str, Any], name: str, location: SourceLocation) -> None:
        for option, value in options.items():
            if is_plain(value):
                continue
            rewriter = self._rewriter()
            rewriter.rewrite(value)
            for made in dict.fromkeys(rewriter.hand_written):
                what = f"{name} has {made} in {option!r}{NOT_IN_SPEC}"
                self._report("FK214", what, NATIVE_HINT, location)
            if rewriter.placeholders or rewriter.spoilt:
                message = (
                    f"{name} has an output in {option!r}, which is fixed when the pipeline is built: no task has "
                    "run by then."
                )
                self._report(
                    "FK202", message, "Give the output to a function or an operator as an argument.", location
                )

    def _check_params(
        self, position: TaskPosition, params_class: type[Any], location: SourceLocation
    ) -> None:
        own = self.layout.root.node
        given = own.settings.get("params") if isinstance(own, Draft) else None
        if given is params_class or (isinstance(given, type) and issubclass(given, params_class)):
            return
        if given is None and own.problems:
            return  # they may be missing because they are wrong
        name = params_class.__name__
        message = f"Task {position.path!r} takes params({name}), which are not the params of the pipeline."
        self._report("FK208", message, f"Write Pipeline(…, params={name}).", location)

    def _report_foreign(self, rewriter: Rewriter, who: str, location: SourceLocation) -> None:
        for node in dict.fromkeys(rewriter.foreign):
            if node is not None and node.problems:
                self.problems.extend(node.problems)  # it may be missing because its own call failed
                continue
            what = "of a task" if node is None else f"of task {node.id!r} ({node.location})"
            self._report(
                "FK201", f"{who} the output {what}, which is not in this pipeline.", _FOREIGN_HINT, location
            )

    def _report(self, code: str, message: str, hint: str, location: SourceLocation) -> None:
        self.problems.append(Problem(code, message, hint, location))


READERS: Final[Mapping[type[Any], Callable[..., Any]]] = {
    PythonCall: Data._python,
    OperatorCall: Data._operator,
    EachCall: Data._each,
    NativeCall: Data._native,
}
"""One method for each kind of call that has arguments."""
