"""
Arrows: `a >> [b, c] >> d`, for graphs that are not a chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NoReturn, TypeAlias, cast, final, overload

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError, OutputUseError
from flowkit.base.problems import Problem
from flowkit.builders.immutable import Immutable
from flowkit.builders.invalid import raise_invalid
from flowkit.draft.nodes import Arrow
from flowkit.draft.nodes import Node as DraftNode
from flowkit.draft.output import Output, holds_output

Operand: TypeAlias = "Node | Flow | Sequence[Node | Flow]"
"""What may stand beside an arrow."""

_MAKE = "Make a task with task(…) and a group with Group(…)."


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

    # Connectable, not `Node | Flow`: that is what mypy makes of a list that holds both.
    def __rrshift__(self, other: Sequence[Connectable]) -> Flow:
        """
        `[a, b] >> c`: a list has no arrows of its own.
        """
        return flow_of(other).joined(self, forward=True)

    def __rlshift__(self, other: Sequence[Connectable]) -> Flow:
        """
        `[b, c] << a`: a list has no arrows of its own.
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
        What the author wrote, as `flowkit.check` reads it.
        """
        raise NotImplementedError  # pragma: no cover - both subclasses define it


@final
class Flow(Connectable):
    """
    Nodes and the arrows between them. Immutable; `.then` and `.add` place it.
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
        # A flow shares its parts: were they copied, a loop of `flow = flow >> t` would cost the square of its length.
        fill = object.__setattr__
        fill(self, "_parts", parts)
        fill(self, "_arrows", arrows)
        fill(self, "heads", heads)
        fill(self, "tails", tails)

    @property
    def nodes(self) -> tuple[DraftNode, ...]:
        """
        The nodes, in the order of the source.
        """
        return tuple([part for part in self._all() if not isinstance(part, Flow)])

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        """
        The arrows, those of the parts before those between them.
        """
        flows = [part for part in self._all() if isinstance(part, Flow)]
        return tuple([arrow for flow in flows for arrow in flow._arrows])

    def _all(self) -> Iterator[Flow | DraftNode]:
        # Each flow after its parts: the way from the end, turned around. Without recursion, as parts may be thousands.
        backwards: list[Flow | DraftNode] = []
        waiting: list[Flow | DraftNode] = [self]
        while waiting:
            part = waiting.pop()
            backwards.append(part)
            if isinstance(part, Flow):
                waiting.extend(part._parts)
        return reversed(backwards)

    def joined(
        self, other: Connectable | Sequence[Connectable], *, forward: bool, label: str | None = None
    ) -> Flow:
        """
        Return both with arrows from the end of one to the beginning of the other.
        """
        part: Flow | DraftNode
        heads: tuple[DraftNode, ...]
        tails: tuple[DraftNode, ...]
        if isinstance(other, Node):  # a flow of its own for each task would be half the cost of `flow >> t`
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
    A text for an edge, waiting for the arrow. Made by `label`.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text: Final[str] = text


def label(text: str, /) -> Label:
    """
    Return a text for the edge that it stands in, as in `choose >> label("weekend") >> rest`.

    Airflow shows it on the edge, as it does with `airflow.sdk.Label`.

    Raises:
        DefinitionError: If *text* is not text.
    """
    if not isinstance(text, str):
        message = f"label() takes the text for an edge, not {type(text).__name__}."
        raise DefinitionError(Problem("FK008", message, 'Write a >> label("text") >> b.', caller()))
    if holds_output(text):
        message = "label() got a text with an output in it, which is fixed when the pipeline is built."
        raise DefinitionError(
            Problem("FK008", message, "Write plain text: no task has run by then.", caller())
        )

    return Label(text)


@final
class Labelled(Immutable):
    """
    An arrow with a label that still waits for its other end. Not a node: it cannot be placed.
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
                "An arrow with a label points both ways", "Write a >> label(…) >> b, or b << label(…) << a."
            )
        return self._flow.joined(other, forward=forward, label=self._text)


def chain(*links: Node | Flow | Label | Sequence[Node | Flow]) -> Flow:
    """
    Return the flow that connects *links* one after the other, as `airflow.sdk.chain` does.

    Two lists of the same length that follow each other are connected pair by pair.

    Raises:
        DefinitionError: If there are fewer than two links, or two lists of different length follow each other.
    """
    if sum(not isinstance(link, Label) for link in links) < 2:
        raise_invalid("chain() connects two links or more; it got fewer", "Write chain(a, [b, c], d).")
    result: Flow | None = None
    previous: list[Flow] = []
    text: str | None = None
    for link in links:
        if isinstance(link, Label):
            if result is None or text is not None:
                _refuse_label()
            text = link.text
            continue
        current = _members(link)
        if result is None:
            result = _side_by_side(current)
        elif len(previous) > 1 and len(current) > 1:
            result = _pairwise(result, previous, current, text)
        else:
            result = result.joined(_side_by_side(current), forward=True, label=text)
        previous, text = current, None

    if text is not None:
        _refuse_label()
    if result is None:  # pragma: no cover - two links or more were counted above
        msg = "no links"
        raise AssertionError(msg)
    return result


def _refuse_label() -> NoReturn:
    raise_invalid(
        "chain() got a label that does not stand between two links", 'Write chain(a, label("text"), b).'
    )


def _pairwise(before: Flow, previous: list[Flow], current: list[Flow], text: str | None) -> Flow:
    if len(previous) != len(current):
        raise_invalid(
            f"chain() got a list of {len(previous)} and after it a list of {len(current)}: it connects lists pair "
            "by pair",
            "Make them equally long, or put one node between them.",
        )
    location = caller()
    following = _side_by_side(current)
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
        DefinitionError: If it is nothing that arrows can connect.
        OutputUseError: If it is the output of a task.
    """
    if isinstance(operand, Flow):
        return operand
    if isinstance(operand, Node):
        alone = (operand.node,)
        return Flow(alone, (), alone, alone)

    return _side_by_side(_members(operand))


def _members(operand: Connectable | Sequence[Connectable]) -> list[Flow]:
    if isinstance(operand, Connectable):
        return [flow_of(operand)]
    if isinstance(operand, Output):
        message = f"The output of task {operand.task.id!r} was connected with an arrow."
        raise OutputUseError(
            Problem("FK007", message, "Connect the task itself: leave out `.output`.", caller())
        )
    if isinstance(operand, str):
        _refuse_operand("str", "To wait for a task by its id, use after=.")
    if isinstance(operand, set | frozenset):
        _refuse_operand(
            f"a {type(operand).__name__}", "Write a list: a set has another order in each process."
        )
    if isinstance(operand, bytes) or not isinstance(operand, Iterable):
        _refuse_operand(type(operand).__name__, _MAKE)
    members = [_member(member) for member in operand]
    if not members:
        raise_invalid(
            "An arrow leads to an empty list", "Leave the arrow out where there is nothing to connect."
        )
    return members


def _member(member: object) -> Flow:
    if isinstance(member, list | tuple):
        _refuse_operand("lists of lists", "Write one list: [a, b, c].")
    return flow_of(cast("Connectable", member))


def _refuse_operand(what: str, hint: str) -> NoReturn:
    raise_invalid(f"An arrow connects tasks, groups and lists of them, not {what}", hint)


def _side_by_side(flows: list[Flow]) -> Flow:
    if len(flows) == 1:
        return flows[0]

    return Flow(
        tuple(flows),
        (),
        heads=tuple(node for flow in flows for node in flow.heads),
        tails=tuple(node for flow in flows for node in flow.tails),
    )
