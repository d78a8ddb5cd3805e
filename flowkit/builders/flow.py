"""
Arrows: `a >> [b, c] >> d`, for graphs that are not one chain.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, cast, final, overload

from flowkit.base.airflow_classes import airflow_kind
from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.problems import Problem
from flowkit.base.recording import RefusedError, attempt, counted, recorded, recorded_method, refuse
from flowkit.builders.immutable import Immutable
from flowkit.builders.invalid import MAKE_NATIVE, refuse_invalid
from flowkit.draft.nodes import Arrow
from flowkit.draft.nodes import Node as DraftNode
from flowkit.draft.output import Output, holds_output
from flowkit.model.exact import exact_option
from flowkit.model.inexact import InexactError

Operand: TypeAlias = "Node | Flow | Sequence[Node | Flow]"
"""The operand of an arrow."""

MAX_OPERANDS = 10_000  # an iterable without an end would fill the memory
_CREATE_HINT = "Create a task with task(…) and a group with Group(…)."


def _kept(connectable: Connectable, problems: tuple[Problem, ...]) -> Flow:
    """
    Return the flow of *connectable* alone, with *problems*.
    """
    own = flow_of(connectable)
    return Flow((own,), (), own.heads, own.tails, problems)


class Connectable(Immutable):
    """
    Something that arrows can connect.
    """

    __slots__ = ()

    if not TYPE_CHECKING:
        # Hidden from type checkers: with a `__getattr__`, they would allow any name.
        def __getattr__(self, name: str) -> object:
            from flowkit.builders.airflow_arrows import airflow_attribute

            return airflow_attribute(self, name, lambda: flow_of(self).nodes)

    @overload
    def __rshift__(self, other: Operand) -> Flow: ...
    @overload
    def __rshift__(self, other: Label) -> Labelled: ...
    @recorded_method(_kept)
    def __rshift__(self, other: Operand | Label) -> Flow | Labelled:
        """
        `a >> b`: *b* waits for *a*.
        """
        own = flow_of(self)
        if type(other) is Label:
            return Labelled(own, other.text, forward=True, problems=other.problems)

        return own.joined(other, forward=True)

    @overload
    def __lshift__(self, other: Operand) -> Flow: ...
    @overload
    def __lshift__(self, other: Label) -> Labelled: ...
    @recorded_method(_kept)
    def __lshift__(self, other: Operand | Label) -> Flow | Labelled:
        """
        `b << a`: *b* waits for *a*.
        """
        own = flow_of(self)
        if type(other) is Label:
            return Labelled(own, other.text, forward=False, problems=other.problems)

        return own.joined(other, forward=False)

    # Connectable, not `Node | Flow`: mypy infers that for a list that holds both.
    @recorded_method(_kept)
    def __rrshift__(self, other: Sequence[Connectable]) -> Flow:
        """
        `[a, b] >> c`: lists do not define `>>`.
        """
        return flow_of(other).joined(self, forward=True)

    @recorded_method(_kept)
    def __rlshift__(self, other: Sequence[Connectable]) -> Flow:
        """
        `[b, c] << a`: lists do not define `<<`.
        """
        return flow_of(other).joined(self, forward=False)


class Node(Connectable):
    """
    A task or a group: something that can be placed in a pipeline.
    """

    __slots__ = ()

    @property
    def node(self) -> DraftNode:
        """
        The node in the draft of the pipeline.
        """
        raise NotImplementedError  # pragma: no cover - both subclasses define it


@final
class Flow(Connectable):
    """
    Nodes and the arrows between them. `.then` and `.add` place them.
    """

    __slots__ = ("_arrows", "_parts", "_problems", "heads", "tails")

    _parts: tuple[Flow | DraftNode, ...]
    _arrows: tuple[Arrow, ...]
    _problems: tuple[Problem, ...]
    heads: tuple[DraftNode, ...]
    tails: tuple[DraftNode, ...]

    def __init__(
        self,
        parts: tuple[Flow | DraftNode, ...],
        arrows: tuple[Arrow, ...],
        heads: tuple[DraftNode, ...],
        tails: tuple[DraftNode, ...],
        problems: tuple[Problem, ...] = (),
    ) -> None:
        # Parts are shared, not copied: otherwise a loop of `flow = flow >> t` would take quadratic time.
        set_once = object.__setattr__
        set_once(self, "_parts", parts)
        set_once(self, "_arrows", arrows)
        set_once(self, "heads", heads)
        set_once(self, "tails", tails)
        set_once(self, "_problems", problems)

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        object.__setattr__(self, "_problems", (*self._problems, *problems))

    @property
    def nodes(self) -> tuple[DraftNode, ...]:
        """
        The nodes, in source order.
        """
        return tuple([part for part in self._all() if not isinstance(part, Flow)])

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        """
        The arrows: those of the parts, then those between the parts.
        """
        flows = [part for part in self._all() if isinstance(part, Flow)]
        return tuple([arrow for flow in flows for arrow in flow._arrows])

    @property
    def problems(self) -> tuple[Problem, ...]:
        """
        What is wrong with the calls that made it and its parts, but not with its nodes.
        """
        flows = [part for part in self._all() if isinstance(part, Flow)]
        return tuple(dict.fromkeys(problem for flow in flows for problem in flow._problems))

    def _all(self) -> Iterator[Flow | DraftNode]:
        # Each flow after its parts: a reversed preorder. Without recursion, since flows may be nested thousands deep.
        reverse_order: list[Flow | DraftNode] = []
        pending: list[Flow | DraftNode] = [self]
        while pending:
            part = pending.pop()
            reverse_order.append(part)
            if isinstance(part, Flow):
                pending.extend(part._parts)
        return reversed(reverse_order)

    def joined(
        self,
        other: Connectable | Sequence[Connectable],
        *,
        forward: bool,
        label: str | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> Flow:
        """
        Return both with arrows from the end of one to the beginning of the other.
        """
        part: Flow | DraftNode
        heads: tuple[DraftNode, ...]
        tails: tuple[DraftNode, ...]
        if issubclass(
            type(other), Node
        ):  # creating a flow for each task would double the time of `flow >> t`
            part = cast("Node", other).node
            heads = tails = (part,)
        else:
            part = flow_of(other)
            heads, tails = part.heads, part.tails
        location = caller()
        above, below = (self.tails, heads) if forward else (tails, self.heads)
        between = tuple([Arrow(upper, lower, label, location) for upper in above for lower in below])
        if forward:
            return Flow((self, part), between, self.heads, tails, problems)
        return Flow((self, part), between, heads, self.tails, problems)

    def __repr__(self) -> str:
        nodes = dict.fromkeys(self.nodes)
        problems = [*self.problems, *(problem for node in nodes for problem in node.problems)]
        names = ", ".join(node.id for node in self.nodes)
        return f"<Flow of {len(self.arrows)} arrows{counted(problems)}: {names}>"


@final
class Label(Immutable):
    """
    The text of an edge, for use between two arrows. `label` returns one.
    """

    __slots__ = ("problems", "text")

    def __init__(self, text: str, problems: tuple[Problem, ...] = ()) -> None:
        self.text: Final[str] = text
        self.problems: tuple[Problem, ...] = problems

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        object.__setattr__(self, "problems", (*self.problems, *problems))

    def __repr__(self) -> str:
        return f"<Label {self.text!r}{counted(self.problems)}>"


def _no_label(problems: tuple[Problem, ...]) -> Label:
    return Label("", problems)


@recorded(_no_label)
def label(text: str, /) -> Label:
    """
    Return a label for an edge: `choose >> label("weekend") >> rest`.

    Airflow shows *text* on the edge, as it does for `airflow.sdk.Label`. It must not contain the output of a task.
    """
    if not issubclass(type(text), str):
        refuse_invalid(
            f"label() takes the text of an edge, not {class_name(text)}", 'Write a >> label("text") >> b.'
        )
    try:
        text = exact_option(text)
    except InexactError as error:
        refuse_invalid(f"The text of label() {error.why}", error.hint)
    if holds_output(text):
        refuse_invalid(
            "label() got the output of a task, which does not exist when the pipeline is built",
            "Write plain text.",
        )

    return Label(text)


def _without_end(labelled: Labelled, problems: tuple[Problem, ...]) -> Flow:
    return labelled.without_end(problems)


@final
class Labelled(Immutable):
    """
    An arrow with a label and no node after it yet. It is not a node, so it cannot be placed.
    """

    __slots__ = ("_flow", "_forward", "_text", "problems")

    def __init__(self, flow: Flow, text: str, *, forward: bool, problems: tuple[Problem, ...] = ()) -> None:
        self._flow = flow
        self._text = text
        self._forward = forward
        self.problems: tuple[Problem, ...] = problems

    @recorded_method(_without_end)
    def __rshift__(self, other: Operand) -> Flow:
        """
        Return the flow whose last arrow carries the label.
        """
        return self._joined(other, forward=True)

    @recorded_method(_without_end)
    def __lshift__(self, other: Operand) -> Flow:
        """
        Return the flow whose first arrow carries the label.
        """
        return self._joined(other, forward=False)

    def without_end(self, problems: tuple[Problem, ...]) -> Flow:
        """
        Return the flow before the label, with *problems*.
        """
        return _kept(self._flow, (*self.problems, *problems))

    def _joined(self, other: Operand, *, forward: bool) -> Flow:
        if forward is not self._forward:
            refuse_invalid(
                "The arrows before and after a label point in opposite directions",
                "Write a >> label(…) >> b, or b << label(…) << a.",
            )
        return self._flow.joined(other, forward=forward, label=self._text, problems=self.problems)


def flow_of(operand: Connectable | Sequence[Connectable]) -> Flow:
    """
    Return *operand* as a flow.

    Raises:
        RefusedError: If arrows cannot connect it.
    """
    kind = type(operand)
    if kind is Flow:
        return cast("Flow", operand)
    if issubclass(kind, Node):
        single = (cast("Node", operand).node,)
        return Flow(single, (), single, single)

    return parallel(parallel_flows(operand))


def parallel_flows(operand: Connectable | Sequence[Connectable]) -> list[Flow]:
    """
    Return a flow for each item of *operand*, or for *operand* itself if it is one node or flow.

    Raises:
        RefusedError: If arrows cannot connect one of them.
    """
    kind: type[Any] = type(operand)
    if issubclass(kind, Connectable):
        return [flow_of(operand)]
    if kind is Output:
        message = f"The output of task {cast('Any', operand).task.id!r} was connected with an arrow."
        refuse("FK007", message, "Connect the task itself, without `.output`.")
    if (made := airflow_kind(kind)) is not None:
        _refuse_operand(f"{made} ({class_name(operand)})", MAKE_NATIVE)
    if issubclass(kind, str):
        _refuse_operand("str", "To wait for a task by its id, use after=.")
    if issubclass(kind, set | frozenset):
        _refuse_operand(f"a {kind.__name__}", "Write a list: the order of a set differs between processes.")
    if issubclass(kind, bytes) or not issubclass(kind, Iterable):
        _refuse_operand(class_name(operand), _CREATE_HINT)
    items = list(itertools.islice(cast("Iterable[object]", operand), MAX_OPERANDS + 1))
    if not items:
        refuse_invalid("An arrow connects an empty list", "Add the arrow only if the list is not empty.")
    if len(items) > MAX_OPERANDS:
        refuse_invalid(f"An arrow connects more than {MAX_OPERANDS} nodes", "Pass a list that ends.")
    problems: list[Problem] = []
    flows = [flow for item in items if (flow := attempt(problems, _flow_of_item, item, otherwise=None))]
    if problems:
        raise RefusedError(*problems)
    return flows


def _flow_of_item(item: object) -> Flow:
    if issubclass(type(item), list | tuple):
        _refuse_operand("lists of lists", "Write one list: [a, b, c].")
    return flow_of(cast("Connectable", item))


def _refuse_operand(what: str, hint: str) -> NoReturn:
    refuse_invalid(f"An arrow connects tasks, groups and lists of them, not {what}", hint)


def parallel(flows: list[Flow]) -> Flow:
    """
    Return *flows* side by side as one flow.
    """
    if len(flows) == 1:
        return flows[0]

    return Flow(
        tuple(flows),
        (),
        heads=tuple(node for flow in flows for node in flow.heads),
        tails=tuple(node for flow in flows for node in flow.tails),
    )
