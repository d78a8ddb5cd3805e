"""
Arrows: `a >> [b, c] >> d`, for graphs that are not one chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NoReturn, TypeAlias, cast, final, overload

from flowkit.base.call_site import caller
from flowkit.base.errors import OutputUseError
from flowkit.base.problems import Problem
from flowkit.builders.immutable import Immutable
from flowkit.builders.invalid import raise_invalid
from flowkit.draft.nodes import Arrow
from flowkit.draft.nodes import Node as DraftNode
from flowkit.draft.output import Output, holds_output

Operand: TypeAlias = "Node | Flow | Sequence[Node | Flow]"
"""The operand of an arrow."""

_CREATE_HINT = "Create a task with task(…) and a group with Group(…)."


class Connectable(Immutable):
    """
    Something that arrows can connect.
    """

    __slots__ = ()

    @overload
    def __rshift__(self, other: Operand) -> Flow: ...
    @overload
    def __rshift__(self, other: Label) -> Labelled: ...
    def __rshift__(self, other: Operand | Label) -> Flow | Labelled:
        """
        `a >> b`: *b* waits for *a*.
        """
        own = flow_of(self)
        if isinstance(other, Label):
            return Labelled(own, other.text, forward=True)

        return own.joined(other, forward=True)

    @overload
    def __lshift__(self, other: Operand) -> Flow: ...
    @overload
    def __lshift__(self, other: Label) -> Labelled: ...
    def __lshift__(self, other: Operand | Label) -> Flow | Labelled:
        """
        `b << a`: *b* waits for *a*.
        """
        own = flow_of(self)
        if isinstance(other, Label):
            return Labelled(own, other.text, forward=False)

        return own.joined(other, forward=False)

    # Connectable, not `Node | Flow`: mypy infers that for a list that holds both.
    def __rrshift__(self, other: Sequence[Connectable]) -> Flow:
        """
        `[a, b] >> c`: lists do not define `>>`.
        """
        return flow_of(other).joined(self, forward=True)

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

    __slots__ = ("_arrows", "_parts", "heads", "tails")

    _parts: tuple[Flow | DraftNode, ...]
    _arrows: tuple[Arrow, ...]
    heads: tuple[DraftNode, ...]
    tails: tuple[DraftNode, ...]

    def __init__(
        self,
        parts: tuple[Flow | DraftNode, ...],
        arrows: tuple[Arrow, ...],
        heads: tuple[DraftNode, ...],
        tails: tuple[DraftNode, ...],
    ) -> None:
        # Parts are shared, not copied: otherwise a loop of `flow = flow >> t` would take quadratic time.
        set_once = object.__setattr__
        set_once(self, "_parts", parts)
        set_once(self, "_arrows", arrows)
        set_once(self, "heads", heads)
        set_once(self, "tails", tails)

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
        self, other: Connectable | Sequence[Connectable], *, forward: bool, label: str | None = None
    ) -> Flow:
        """
        Return both with arrows from the end of one to the beginning of the other.
        """
        part: Flow | DraftNode
        heads: tuple[DraftNode, ...]
        tails: tuple[DraftNode, ...]
        if isinstance(other, Node):  # creating a flow for each task would double the time of `flow >> t`
            part = other.node
            heads = tails = (part,)
        else:
            part = flow_of(other)
            heads, tails = part.heads, part.tails
        location = caller()
        above, below = (self.tails, heads) if forward else (tails, self.heads)
        between = tuple([Arrow(upper, lower, label, location) for upper in above for lower in below])
        if forward:
            return Flow((self, part), between, self.heads, tails)
        return Flow((self, part), between, heads, self.tails)

    def __repr__(self) -> str:
        return f"<Flow of {len(self.arrows)} arrows: {', '.join(node.id for node in self.nodes)}>"


@final
class Label(Immutable):
    """
    The text of an edge, for use between two arrows. `label` returns one.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text: Final[str] = text


def label(text: str, /) -> Label:
    """
    Return a label for an edge: `choose >> label("weekend") >> rest`.

    Airflow shows *text* on the edge, as it does for `airflow.sdk.Label`.

    Raises:
        DefinitionError: If *text* is not a string, or contains the output of a task.
    """
    if not isinstance(text, str):
        raise_invalid(
            f"label() takes the text of an edge, not {type(text).__name__}", 'Write a >> label("text") >> b.'
        )
    if holds_output(text):
        raise_invalid(
            "label() got the output of a task, which does not exist when the pipeline is built",
            "Write plain text.",
        )

    return Label(text)


@final
class Labelled(Immutable):
    """
    An arrow with a label and no node after it yet. It is not a node, so it cannot be placed.
    """

    __slots__ = ("_flow", "_forward", "_text")

    def __init__(self, flow: Flow, text: str, *, forward: bool) -> None:
        self._flow = flow
        self._text = text
        self._forward = forward

    def __rshift__(self, other: Operand) -> Flow:
        """
        Return the flow whose last arrow carries the label.
        """
        return self._joined(other, forward=True)

    def __lshift__(self, other: Operand) -> Flow:
        """
        Return the flow whose first arrow carries the label.
        """
        return self._joined(other, forward=False)

    def _joined(self, other: Operand, *, forward: bool) -> Flow:
        if forward is not self._forward:
            raise_invalid(
                "The arrows before and after a label point in opposite directions",
                "Write a >> label(…) >> b, or b << label(…) << a.",
            )
        return self._flow.joined(other, forward=forward, label=self._text)


def chain(*links: Node | Flow | Label | Sequence[Node | Flow]) -> Flow:
    """
    Return the flow that connects *links* one after the other, like `airflow.sdk.chain`.

    Consecutive lists of the same length are connected pairwise.

    Raises:
        DefinitionError: If there are fewer than two links, consecutive lists differ in length, or a label is at either
            end.
    """
    if sum(not isinstance(link, Label) for link in links) < 2:
        raise_invalid("chain() needs at least two links", "Write chain(a, [b, c], d).")
    result: Flow | None = None
    previous: list[Flow] = []
    text: str | None = None
    for link in links:
        if isinstance(link, Label):
            if result is None or text is not None:
                _reject_label()
            text = link.text
            continue
        current = _parallel_flows(link)
        if result is None:
            result = _parallel(current)
        elif len(previous) > 1 and len(current) > 1:
            result = _pairwise(result, previous, current, text)
        else:
            result = result.joined(_parallel(current), forward=True, label=text)
        previous, text = current, None

    if text is not None:
        _reject_label()
    if result is None:  # pragma: no cover - two links or more were counted above
        msg = "no links"
        raise AssertionError(msg)
    return result


def _reject_label() -> NoReturn:
    raise_invalid("chain() got a label that is not between two links", 'Write chain(a, label("text"), b).')


def _pairwise(before: Flow, previous: list[Flow], current: list[Flow], text: str | None) -> Flow:
    if len(previous) != len(current):
        raise_invalid(
            f"chain() got a list of {len(previous)} followed by a list of {len(current)}: it connects lists pairwise",
            "Use lists of the same length, or put one node between them.",
        )
    location = caller()
    following = _parallel(current)
    between = tuple(
        Arrow(upstream, downstream, text, location)
        for first, second in zip(previous, current, strict=True)
        for upstream in first.tails
        for downstream in second.heads
    )
    return Flow((before, following), between, before.heads, following.tails)


def flow_of(operand: Connectable | Sequence[Connectable]) -> Flow:
    """
    Return *operand* as a flow.

    Raises:
        DefinitionError: If arrows cannot connect it.
        OutputUseError: If it is the output of a task.
    """
    if isinstance(operand, Flow):
        return operand
    if isinstance(operand, Node):
        single = (operand.node,)
        return Flow(single, (), single, single)

    return _parallel(_parallel_flows(operand))


def _parallel_flows(operand: Connectable | Sequence[Connectable]) -> list[Flow]:
    if isinstance(operand, Connectable):
        return [flow_of(operand)]
    if isinstance(operand, Output):
        message = f"The output of task {operand.task.id!r} was connected with an arrow."
        raise OutputUseError(
            Problem("FK007", message, "Connect the task itself, without `.output`.", caller())
        )
    if isinstance(operand, str):
        _reject_operand("str", "To wait for a task by its id, use after=.")
    if isinstance(operand, set | frozenset):
        _reject_operand(
            f"a {type(operand).__name__}", "Write a list: the order of a set differs between processes."
        )
    if isinstance(operand, bytes) or not isinstance(operand, Iterable):
        _reject_operand(type(operand).__name__, _CREATE_HINT)
    flows = [_flow_of_item(item) for item in operand]
    if not flows:
        raise_invalid("An arrow connects an empty list", "Add the arrow only if the list is not empty.")
    return flows


def _flow_of_item(item: object) -> Flow:
    if isinstance(item, list | tuple):
        _reject_operand("lists of lists", "Write one list: [a, b, c].")
    return flow_of(cast("Connectable", item))


def _reject_operand(what: str, hint: str) -> NoReturn:
    raise_invalid(f"An arrow connects tasks, groups and lists of them, not {what}", hint)


def _parallel(flows: list[Flow]) -> Flow:
    if len(flows) == 1:
        return flows[0]

    return Flow(
        tuple(flows),
        (),
        heads=tuple(node for flow in flows for node in flow.heads),
        tails=tuple(node for flow in flows for node in flow.tails),
    )
