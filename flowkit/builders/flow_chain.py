"""
`chain(a, [b, c], d)`: a flow of links one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from flowkit.base.call_site import caller
from flowkit.base.problems import Problem
from flowkit.base.recording import attempt, recorded
from flowkit.builders.flow import Flow, Label, Node, parallel, parallel_flows
from flowkit.builders.invalid import invalid, refuse_invalid
from flowkit.draft.nodes import Arrow


def _no_flow(problems: tuple[Problem, ...]) -> Flow:
    return Flow((), (), (), (), problems)


@recorded(_no_flow)
def chain(*links: Node | Flow | Label | Sequence[Node | Flow]) -> Flow:
    """
    Return the flow that connects *links* one after the other, like `airflow.sdk.chain`.

    Consecutive lists of the same length are connected pairwise. There must be at least two links; a label stands
    between two of them.
    """
    problems: list[Problem] = []
    result: Flow | None = None
    previous: list[Flow] = []
    text: str | None = None
    for link in links:
        if type(link) is Label:
            problems.extend(link.problems)
            if result is None or text is not None:
                problems.append(_stray_label())
            text = link.text
            continue
        current = attempt(problems, parallel_flows, link, otherwise=cast("list[Flow]", []))
        if not current:
            continue
        if result is None:
            result = parallel(current)
        elif len(previous) > 1 and len(current) > 1:
            result = attempt(problems, _pairwise, result, previous, current, text, otherwise=result)
        else:
            result = result.joined(parallel(current), forward=True, label=text)
        previous, text = current, None

    if text is not None:
        problems.append(_stray_label())
    if sum(type(link) is not Label for link in links) < 2:
        problems = [invalid("chain() needs at least two links", "Write chain(a, [b, c], d).")]
    if not problems and result is not None:
        return result
    parts = () if result is None else (result,)
    return Flow(parts, (), result.heads if result else (), result.tails if result else (), tuple(problems))


def _stray_label() -> Problem:
    return invalid("chain() got a label that is not between two links", 'Write chain(a, label("text"), b).')


def _pairwise(before: Flow, previous: list[Flow], current: list[Flow], text: str | None) -> Flow:
    if len(previous) != len(current):
        refuse_invalid(
            f"chain() got a list of {len(previous)} followed by a list of {len(current)}: it connects lists pairwise",
            "Use lists of the same length, or put one node between them.",
        )
    location = caller()
    following = parallel(current)
    between = tuple(
        Arrow(upstream, downstream, text, location)
        for first, second in zip(previous, current, strict=True)
        for upstream in first.tails
        for downstream in second.heads
    )
    return Flow((before, following), between, before.heads, following.tails)
