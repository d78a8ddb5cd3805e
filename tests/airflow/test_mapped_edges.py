"""
Random pipelines with mapped tasks and groups, branches and arrows: the spec has the edges that the DAG has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import attrs
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from flowkit import (
    Group,
    Pipeline,
    PipelineError,
    branch,
    each,
    each_group,
    each_group_kwargs,
    items,
    over,
    python,
    task,
)
from flowkit.airflow.compat import LOSES_JOINS
from flowkit.airflow.compile import compile_pipeline
from flowkit.draft.output import Output
from flowkit.model.pipeline import PipelineSpec

PROFILE: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much],
}


@attrs.frozen
class Box:
    """A value that may hold an output or an item."""

    content: Any


@dataclass(frozen=True)
class Pair:
    """Another one."""

    first: Any
    second: Any


def work(*values: Any, **named: Any) -> Any:
    """What the tasks do."""


def mapped(item: Any, more: Any = None, third: Any = None) -> Any:
    """What mapped tasks do."""


def choose(*values: Any) -> str:
    """What branches do."""
    return "a"


def plus(item: Any) -> Any:
    """What transforms do."""


class Drawer:
    """
    Draws a pipeline, node by node.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0

    def id(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def chance(self, tenths: int) -> bool:
        return self.draw(st.integers(0, 9)) >= 10 - tenths

    def wrapped(self, value: Any) -> Any:
        way = self.draw(st.integers(0, 5))
        return [value, [value], {"x": [value]}, Box(value), Pair(1, Box([value])), (Box(value), 2)][way]

    def argument(self, values: Sequence[Any]) -> Any:
        value = self.draw(st.sampled_from(values))
        return f"text {value}" if type(value) is Output and self.chance(2) else self.wrapped(value)

    def arguments(self, values: Sequence[Any]) -> list[Any]:
        return [self.argument(values) for _ in range(self.draw(st.integers(0, 2)))] if values else []

    def source(self, outputs: Sequence[Any]) -> Any:
        if not outputs or self.chance(3):
            return over([self.argument(outputs), 2]) if outputs and self.chance(3) else over([1, 2])
        one, two = self.draw(st.sampled_from(outputs)), self.draw(st.sampled_from(outputs))
        way = self.draw(st.integers(0, 4))
        found: Any = [one, one, items.map(plus, one), items.zip(one, two), items.concat(one, two)][way]
        return over(found)

    def flow(self, chain: Any, outputs: list[Any], values: list[Any], depth: int, in_mapped: bool) -> Any:
        """
        Return *chain* with more nodes. *outputs* may be mapped over; *values* may be given as arguments.
        """
        for _ in range(self.draw(st.integers(1, 4 if depth else 6))):
            kind = self.draw(
                st.sampled_from(["task", "task", "each", "group", "each_group", "sets", "branch"])
            )
            if depth > 2 and "group" in kind:
                kind = "task"
            if in_mapped and kind in {"each", "each_group", "sets"}:
                kind = "task"
            chain = getattr(self, f"add_{kind}")(chain, outputs, values, depth, in_mapped)
        return chain

    def place(self, chain: Any, node: Any) -> Any:
        return chain.then(node) if self.chance(7) else chain.add(node)

    def add_task(self, chain: Any, outputs: list[Any], values: list[Any], depth: int, in_mapped: bool) -> Any:
        made = task(self.id(), python(work, *self.arguments(values)))
        values.append(made.output)
        if not in_mapped:
            outputs.append(made.output)
        return self.place(chain, made)

    def add_each(self, chain: Any, outputs: list[Any], values: list[Any], depth: int, in_mapped: bool) -> Any:
        more = {"more": self.argument(values)} if values and self.chance(5) else {}
        made = task(self.id(), each(mapped, self.source(outputs), **more))
        values.append(made.output)
        return self.place(chain, made)

    def add_branch(
        self, chain: Any, outputs: list[Any], values: list[Any], depth: int, in_mapped: bool
    ) -> Any:
        a, b = task(self.id()), task(self.id(), python(work, *self.arguments(values)))
        return self.place(
            chain, task(self.id(), branch(choose, *self.arguments(values)).to({"a": a, "b": b}))
        )

    def add_group(
        self, chain: Any, outputs: list[Any], values: list[Any], depth: int, in_mapped: bool
    ) -> Any:
        return self.place(chain, self.flow(Group(self.id()), outputs, values, depth + 1, in_mapped))

    def inside(self, given: Sequence[Any], values: list[Any], depth: int) -> Group[Any]:
        known = [*values, *given, *given]
        last = task(self.id(), python(work, *self.arguments(known)))
        made: Group[Any] = self.flow(Group(self.id()), [], known, depth + 1, True).then(last).returns(last)
        return made

    def add_each_group(
        self, chain: Any, outputs: list[Any], values: list[Any], depth: int, in_mapped: bool
    ) -> Any:
        def one(item: Any, more: Any = None) -> Group[Any]:
            return self.inside([item] if more is None else [item, more], values, depth)

        several = [self.source(outputs)] if self.chance(3) else []
        made = each_group(one, self.source(outputs), *several)
        values.append(made.output)
        return self.place(chain, made)

    def add_sets(self, chain: Any, outputs: list[Any], values: list[Any], depth: int, in_mapped: bool) -> Any:
        def one(item: Any, more: Any = None) -> Group[Any]:
            return self.inside([item, more], values, depth)

        over_output = bool(outputs) and self.chance(6)
        sets = self.draw(st.sampled_from(outputs)) if over_output else [{"item": 1, "more": 2}]
        made = each_group_kwargs(one, sets)
        values.append(made.output)
        return self.place(chain, made)


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """
    Random pipelines.
    """
    return Drawer(draw).flow(Pipeline("p"), [], [], 0, False)  # type: ignore[no-any-return]


def _has_joins(spec: PipelineSpec) -> bool:
    return any(one.options.get("trigger_rule") == "none_failed_min_one_success" for one in spec.tasks)


@settings(**PROFILE, max_examples=150)
@given(pipelines())
def test_the_spec_has_the_edges_of_the_dag(pipeline: Pipeline) -> None:
    """
    In both directions; each task's own, and those of the drawing.
    """
    try:
        spec = pipeline.build()
    except PipelineError as error:
        codes = {problem.code for problem in error.problems}
        event(f"refused: {codes}")
        assume(False)
    # In Airflow 3.1 and 3.2 some joins in mapped groups are problems.
    assume(not (LOSES_JOINS and any(group.mapped for group in spec.groups) and _has_joins(spec)))
    dag = compile_pipeline(spec, fileloc=__file__)
    meant = {(upstream, one.task_id) for one in spec.tasks for upstream in one.upstream}
    assert {(above, one.task_id) for one in dag.tasks for above in one.upstream_task_ids} == meant
    assert {(one.task_id, below) for one in dag.tasks for below in one.downstream_task_ids} == meant
    event("built with a mapped group" if any(group.mapped for group in spec.groups) else "built")
