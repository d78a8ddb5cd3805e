"""
Mapped tasks and groups: the edges to what they are mapped over, and the mappings that go wrong in Airflow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_origin

from flowkit.base.call_site import SourceLocation
from flowkit.base.lazy_names import is_lazy, name_of
from flowkit.base.problems import Problem
from flowkit.base.record import record
from flowkit.draft.nodes import GroupNode
from flowkit.model.calls import (
    CHOOSING_DECORATORS,
    Call,
    EachCall,
    OperatorCall,
    PythonCall,
    Ref,
    Transform,
    inner_call,
)
from flowkit.resolve.data import Data
from flowkit.resolve.edges import Graph
from flowkit.resolve.layout import Layout, NodePosition, Scope, TaskPosition, options_of
from flowkit.rules.returns import returned_by, unmappable

_CHOOSING_BASES: Final = frozenset({"BranchMixIn", "SkipMixin"})
_CHOOSING_NAMES: Final = ("BranchOperator", "LatestOnlyOperator", "ShortCircuitOperator")
"""Of operators that are imported lazily, only the name is known."""


def add_item_edges(data: Data, graph: Graph) -> None:
    """
    Let each task with an item of a mapped group in its arguments wait for all that the group is mapped over.

    Airflow adds these edges when it gets the arguments. The roots of the group have them already.
    """
    for consumer, groups in data.items.items():
        for producer in [producer for group in groups for producer in data.producers.get(group, ())]:
            if producer.first not in graph.upstream[consumer.first]:
                graph.upstream[consumer.first].add(producer.first)
                graph.downstream[producer.first].add(consumer.first)
                graph.edges.setdefault((producer, consumer), None)


def mapping_problems(layout: Layout, data: Data) -> Iterator[Problem]:
    """
    Yield the problems of mapped tasks and groups.
    """
    mappings = list(_mappings(layout, data))
    if not mappings:
        return
    tasks = {position.full_id: position for position in layout.tasks}
    for mapping in mappings:
        yield from _over_mapped_group(mapping, tasks)
        yield from _over_no_list(mapping, tasks)
        yield from _over_items(mapping, tasks)
    for position in layout.tasks:
        call, around = data.calls[position], mapped_group(position)
        if isinstance(call, EachCall):
            yield from _mapped_task(position, call, around)
        if around is not None:
            yield from _always(position, "is in a mapped group")
            yield from _between_nested(position, around, data)


@record
class _Mapping:
    """
    A mapped task or group.
    """

    node: NodePosition
    over: Mapping[str, Any]
    location: SourceLocation

    @property
    def name(self) -> str:
        """
        The name that messages use.
        """
        return f"{'Task' if isinstance(self.node, TaskPosition) else 'Group'} {self.node.path!r}"


def _mappings(layout: Layout, data: Data) -> Iterator[_Mapping]:
    for group, over in data.mapped.items():
        mapping = group.node.mapping if isinstance(group.node, GroupNode) else None
        yield _Mapping(group, over, group.location if mapping is None else mapping.location)
    for position in layout.tasks:
        call = data.calls[position]
        if isinstance(call, EachCall):
            yield _Mapping(position, call.mapped, call.location)


def mapped_group(node: NodePosition) -> Scope | None:
    """
    Return the nearest mapped group around *node*.
    """
    scope = node.parent
    while scope is not None and not (isinstance(scope.node, GroupNode) and scope.node.mapping is not None):
        scope = scope.parent
    return scope


def _over_mapped_group(mapping: _Mapping, tasks: Mapping[str, TaskPosition]) -> Iterator[Problem]:
    for ref in _references(mapping.over):
        producer = tasks[ref.task_id]
        group = mapped_group(producer)
        if group is None or mapping.node.within(group):
            continue
        message = (
            f"{mapping.name} is mapped over the output of task {producer.path!r} in the mapped group {group.path!r}. "
            "Airflow cannot map over the results of several copies: each copy would fail."
        )
        hint = "Let a task between them take the output and return it as a list, and map over what that task returns."
        yield Problem("FK210", message, hint, mapping.location)


def _over_no_list(mapping: _Mapping, tasks: Mapping[str, TaskPosition]) -> Iterator[Problem]:
    for ref in _references(mapping.over):
        producer = tasks[ref.task_id]
        call = producer.node.action
        kind = unmappable(call) if isinstance(call, PythonCall) else None
        if not isinstance(call, PythonCall) or kind is None or mapped_group(producer) is not None:
            continue
        message = (
            f"{mapping.name} is mapped over the output of {producer.path!r}, which is of type {kind}. Airflow maps "
            "over lists and dictionaries."
        )
        yield Problem("FK219", message, f"Let {call.name}() return a list.", mapping.location)


def _over_items(mapping: _Mapping, tasks: Mapping[str, TaskPosition]) -> Iterator[Problem]:
    for number, value in enumerate(mapping.over.values()):
        for transform in _transforms(value):
            if transform.kind == "concat" and number:
                message = (
                    f"{mapping.name} is mapped over items.concat(…) after another argument. Airflow computes a wrong "
                    "length for it there, and some of the instances would fail."
                )
                hint = "Let a task return the concatenated list, and map over its output."
                yield Problem("FK216", message, hint, mapping.location)
            for source in transform.sources if transform.kind != "concat" else ():
                if isinstance(source, Ref) and _is_mapping(tasks[source.task_id].node.action):
                    producer = tasks[source.task_id].path
                    message = (
                        f"{mapping.name} is mapped over items.{transform.kind}(…) of the output of task {producer!r}, "
                        "which is a mapping. Airflow would look up its items by number, and fail."
                    )
                    hint = "Let that task return a list of the pairs: list(mapping.items())."
                    yield Problem("FK218", message, hint, mapping.location)


def _is_mapping(call: Call | None) -> bool:
    if not isinstance(call, PythonCall) or call.routes is not None or call.decorator is not None:
        return False
    hint = returned_by(call.function)
    kind = get_origin(hint) or hint
    return isinstance(kind, type) and issubclass(kind, Mapping)


def _mapped_task(position: TaskPosition, call: EachCall, around: Scope | None) -> Iterator[Problem]:
    if around is not None:
        message = (
            f"Task {position.path!r} is mapped, and so is the group {around.path!r} around it, which Airflow does not "
            "support."
        )
        hint = (
            "Let one task loop over the items: python(fn, items). "
            "Or map the group over both: each_group(fn, over(a), over(b))."
        )
        yield Problem("FK209", message, hint, call.location)
    if chooses(inner_call(call)):
        message = (
            f"Task {position.path!r} is a mapped branch or short circuit, which would skip nothing: the tasks after it "
            "belong to none of its instances."
        )
        hint = "Put it into a group with the tasks that it chooses from, and map the group: each_group(fn, over(…))."
        yield Problem("FK212", message, hint, call.location)
    if any(True for _ in _references(call.mapped)):
        yield from _always(position, "is mapped over an output")


def chooses(call: Call | None) -> bool:
    """
    Return whether *call*, which is not mapped, is a branch or a short circuit.
    """
    if isinstance(call, PythonCall):
        by = call.decorator
        return call.routes is not None or (by is not None and by.name in CHOOSING_DECORATORS)
    if not isinstance(call, OperatorCall):
        return False
    if name_of(call.operator).endswith(_CHOOSING_NAMES):
        return True
    # To ask a lazily imported class for its bases would import it.
    bases = () if is_lazy(call.operator) else getattr(call.operator, "__mro__", ())
    return any(base.__name__ in _CHOOSING_BASES for base in bases)


def _always(position: TaskPosition, what: str) -> Iterator[Problem]:
    rule = options_of(position).get("trigger_rule")
    if str(getattr(rule, "value", rule)) == "always":
        message = (
            f"Task {position.path!r} {what} and has trigger_rule='always', which Airflow refuses: it would start "
            "before there are items."
        )
        hint = "Use trigger_rule='all_done', which waits for the tasks before it."
        yield Problem("FK217", message, hint, position.location)


def _between_nested(position: TaskPosition, around: Scope, data: Data) -> Iterator[Problem]:
    """
    Yield what a task in a mapped group takes from a mapped group around or in that group.

    Airflow finds items and results by the number of the copy, and the groups count their copies differently.
    """
    who = f"Task {position.path!r} in the mapped group {around.path!r}"
    hint = "Use one mapped group: each_group(fn, over(a), over(b)) makes a copy for each pair of items."
    for group in data.items.get(position, ()):
        if group is not around:
            message = f"{who} takes an item of the mapped group {group.path!r} around it, and would get a wrong one."
            yield Problem("FK211", message, hint, position.location)
    for producer in data.producers.get(position, ()):
        other = mapped_group(producer)
        if other is not None and (around.within(other) or other.within(around)):
            message = (
                f"{who} takes the output of task {producer.path!r} in {other.path!r}; one of these groups is in the "
                "other. It would get the result of a wrong copy."
            )
            yield Problem("FK211", message, hint, position.location)


def _references(over: Mapping[str, Any]) -> Iterator[Ref]:
    """
    Yield the outputs that are mapped over, not those that are items of a list.
    """
    waiting = list(over.values())
    while waiting:
        value = waiting.pop()
        if isinstance(value, Ref):
            yield value
        elif isinstance(value, Transform):
            waiting.extend(value.sources)


def _transforms(value: Any) -> Iterator[Transform]:
    if isinstance(value, Transform):
        yield value
        for source in value.sources:
            yield from _transforms(source)
