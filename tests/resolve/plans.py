"""
Random pipelines: drawn as plans, and written with the public builders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import attrs
from hypothesis import strategies as st

from flowkit import Action, Group, OpenGroup, Pipeline, Task, chain, label, python, task
from tests.resolve.oracle import FlowPlan, GroupPlan, LinkPlan, Meaning, NodePlan, TaskPlan

B = TypeVar("B", Pipeline, Group[Any], OpenGroup[Any])

WAYS = 7
"""How many ways there are to hand over an output."""


@attrs.frozen
class Conf:
    """A value that may hold an output."""

    value: Any


@dataclass(frozen=True)
class Data:
    """Another one."""

    value: Any


def work(*values: Any) -> Any:
    """What the tasks do."""


class _Drawer:
    """
    Draws a pipeline, node by node: each node may refer to those that were made before it, as in Python.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.nodes: list[NodePlan] = []
        self.loose: list[NodePlan] = []
        """The nodes that nothing places so far."""

    def chance(self, tenths: int) -> bool:
        return self.draw(st.integers(0, 9)) >= 10 - tenths

    def some(self, nodes: Sequence[NodePlan], most: int) -> list[NodePlan]:
        if not nodes:
            return []
        count = self.draw(st.integers(1, most))
        picked = [self.draw(st.sampled_from(nodes)) for _ in range(count)]
        return sorted(dict.fromkeys(picked), key=lambda node: node.key)

    def pipeline(self, count: int) -> GroupPlan:
        for key in range(count):
            group = bool(self.loose) and self.chance(3)
            node = self.group(key) if group else self.task(key)
            self.nodes.append(node)
            self.loose.append(node)
        placed = [node for node in self.loose if not self.chance(2)]
        pipeline = GroupPlan(-1, self.links(placed))
        while lost := [node for node in self.nodes if node not in Meaning(pipeline).parent]:
            pipeline.links.append(LinkPlan(chained=True, items=[lost[-1]]))
        meaning = Meaning(pipeline)
        self.name(meaning)
        self.add_paths(meaning)
        self.write_inline(meaning)
        return pipeline

    def task(self, key: int) -> TaskPlan:
        plan = TaskPlan(key)
        producers = [n for n in self.nodes if isinstance(n, TaskPlan) or n.returned is not None]
        if self.chance(3):
            plan.takes = [
                (producer, self.draw(st.integers(0, WAYS - 1))) for producer in self.some(producers, 2)
            ]
        plan.after = self.after(self.nodes)
        return plan

    def after(self, nodes: Sequence[NodePlan]) -> list[NodePlan | str] | None:
        if self.chance(1):
            return []
        return [*self.some(nodes, 2)] if nodes and self.chance(1) else None

    def group(self, key: int) -> GroupPlan:
        held = [self.loose[-1], *(node for node in self.loose[:-1] if self.chance(6))]
        held.sort(key=lambda node: node.key)
        self.loose = [node for node in self.loose if node not in held]
        plan = GroupPlan(key, self.links(held), prefix=self.chance(7))
        plan.after = self.after([node for node in self.nodes if node not in held])
        items = [item for link in plan.links for item in link.items]
        tasks = [item for item in items if isinstance(item, TaskPlan)]
        if tasks and self.chance(5):
            plan.returned = self.draw(st.sampled_from(tasks))
        return plan

    def links(self, held: list[NodePlan]) -> list[LinkPlan]:
        if self.chance(1):
            held = self.draw(st.permutations(held))
        links: list[LinkPlan] = []
        left = list(held)
        while left:
            size = self.draw(st.sampled_from([1, 1, 1, 2, 3]))
            items: list[NodePlan | FlowPlan] = [*left[:size]]
            left = left[size:]
            if self.chance(3):
                self.add_flow(items, held)
            links.append(LinkPlan(chained=not self.chance(2), items=items))
        return links

    def add_flow(self, items: list[NodePlan | FlowPlan], held: list[NodePlan]) -> None:
        # Arrows stay among neighbours, mostly: across the borders of groups they close a circle soon.
        near = held if len(held) > 1 and self.chance(8) else self.nodes
        flow = self.flow(near)
        if flow is None:
            return
        for node in flow.named():
            if node in items and len(items) > 1 and self.chance(5):
                items.remove(node)  # now only the arrow names it
        items.insert(self.draw(st.integers(0, len(items))), flow)

    def flow(self, nodes: Sequence[NodePlan]) -> FlowPlan | None:
        picked = self.some(nodes, 5)
        if len(picked) < 2:
            return None
        way = self.draw(st.sampled_from([">>", "<<", "chain"]))
        if way == "chain" and len(picked) >= 4:
            steps = [picked[:2], picked[2:4], *([node] for node in picked[4:])]
        elif len(picked) == 3 and self.chance(5):
            steps = [picked[:2], picked[2:]] if self.chance(5) else [picked[:1], picked[1:]]
        elif len(picked) >= 4 and self.chance(5):
            # Written with `<<`, the last two come first, and Python has no arrow between two lists.
            last = picked[3:] if way == ">>" else picked[3:4]
            steps = [picked[:1], picked[1:3], last]
        else:
            steps = [[node] for node in picked]
        return FlowPlan(steps, way, ["text" if self.chance(2) else None for _ in steps[1:]])

    def name(self, meaning: Meaning) -> None:
        # Either every id is used once, or each group begins anew with "a".
        again = self.chance(5)
        for group in [meaning.pipeline, *(n for n in self.nodes if isinstance(n, GroupPlan))]:
            group.prefix = group.prefix or again
            for number, child in enumerate(meaning.children(group)):
                kind = "t" if isinstance(child, TaskPlan) else "g"
                child.id = chr(ord("a") + number) if again else f"{kind}{child.key}"

    def add_paths(self, meaning: Meaning) -> None:
        for node in self.nodes:
            if not self.chance(1):
                continue
            around = meaning.around(node)
            targets = [n for n in self.nodes if n.key < node.key and node not in meaning.around(n)]
            for target in self.some([n for n in targets if n not in around], 2):
                shared = [group for group in meaning.around(target) if group in around]
                outer = self.draw(st.sampled_from(shared))
                between = meaning.around(target)[: meaning.around(target).index(outer)]
                path = ".".join([*(group.id for group in reversed(between)), target.id])
                node.after = [*(node.after or ()), path]

    def write_inline(self, meaning: Meaning) -> None:
        referred: set[NodePlan] = set()
        for node in self.nodes:
            referred.update(target for target in node.after or () if not isinstance(target, str))
            if isinstance(node, TaskPlan):
                referred.update(producer for producer, _ in node.takes)
        for group in [meaning.pipeline, *(n for n in self.nodes if isinstance(n, GroupPlan))]:
            if group.returned is not None:
                referred.add(group.returned)
            for item in (item for link in group.links for item in link.items):
                referred.update(item.named() if isinstance(item, FlowPlan) else ())
        for node in self.nodes:
            returns = isinstance(node, GroupPlan) and node.returned is not None
            node.inline = node not in referred and not returns and self.chance(5)


@st.composite
def pipelines(draw: st.DrawFn, most: int = 12) -> GroupPlan:
    """Draw a pipeline."""
    return _Drawer(draw).pipeline(draw(st.integers(2, most)))


class Writer:
    """
    Writes a plan with flowkit's builders. Each writer makes tasks and groups of its own.
    """

    def __init__(self) -> None:
        self.made: dict[NodePlan, Task[Any] | Group[Any]] = {}

    def pipeline(self, plan: GroupPlan) -> Pipeline:
        return self.fill(Pipeline("p"), plan)

    def fill(self, builder: B, plan: GroupPlan) -> B:
        for link in plan.links:
            first = link.items[0]
            if link.chained and len(link.items) == 1 and not isinstance(first, FlowPlan) and first.inline:
                builder = self.inline(builder, first)
                continue
            operands = [
                self.flow(item) if isinstance(item, FlowPlan) else self.node(item) for item in link.items
            ]
            builder = builder.then(*operands) if link.chained else builder.add(*operands)
        return builder

    def inline(self, builder: B, node: NodePlan) -> B:
        if isinstance(node, TaskPlan):
            return builder.task(node.id, self.action(node), after=self.after(node))
        opened = builder.group(node.id, after=self.after(node), prefix_group_id=node.prefix)
        return cast("B", self.fill(cast("OpenGroup[Any]", opened), node).end())

    def node(self, node: NodePlan) -> Task[Any] | Group[Any]:
        if node not in self.made:
            self.made[node] = self.make(node)
        return self.made[node]

    def make(self, node: NodePlan) -> Task[Any] | Group[Any]:
        if isinstance(node, TaskPlan):
            return task(node.id, self.action(node), after=self.after(node))
        group: Group[Any] = Group(node.id, after=self.after(node), prefix_group_id=node.prefix)
        group = self.fill(group, node)
        return group if node.returned is None else group.returns(self.node(node.returned))

    def after(self, node: NodePlan) -> list[Any] | None:
        if node.after is None:
            return None
        return [target if isinstance(target, str) else self.node(target) for target in node.after]

    def action(self, plan: TaskPlan) -> Action[Any] | None:
        if not plan.takes:
            return python(work) if plan.key % 2 else None
        return python(work, *(written(self.node(producer).output, way) for producer, way in plan.takes))

    def flow(self, plan: FlowPlan) -> Any:
        steps: list[Any] = [[self.node(node) for node in step] for step in plan.steps]
        steps = [step[0] if len(step) == 1 else step for step in steps]
        texts = [label(text) if text else None for text in plan.labels]
        if plan.way == "chain":
            pairs = zip([None, *texts], steps, strict=True)
            return chain(*(one for pair in pairs for one in pair if one is not None))
        if plan.way == "<<":
            steps, texts = steps[::-1], texts[::-1]
        flow = steps[0]
        for text, step in zip(texts, steps[1:], strict=True):
            if text is not None and not isinstance(flow, list):
                flow = flow >> text >> step if plan.way == ">>" else flow << text << step
            else:
                flow = flow >> step if plan.way == ">>" else flow << step
        return flow


def written(output: Any, way: int) -> Any:
    """Return *output* as it may stand in an argument."""
    ways: list[Callable[[], Any]] = [
        lambda: output,
        lambda: [1, (output,)],
        lambda: {"a": {"b": output}},
        lambda: output["key"],
        lambda: f"before {output} after",
        lambda: Conf(Data([output])),
        lambda: f"{output['key']}{output}",
    ]
    return ways[way]()
