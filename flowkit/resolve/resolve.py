"""
Turns a draft into a `PipelineSpec`, or into the list of its problems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from flowkit.base.errors import PipelineError
from flowkit.base.gc_pause import gc_paused
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.draft.nodes import Draft, GroupNode
from flowkit.model.calls import Call, PythonCall
from flowkit.model.defaults import merged
from flowkit.model.pipeline import EdgeSpec, GroupSpec, NodeSpec, PipelineSpec, TaskSpec
from flowkit.resolve.branch_rules import with_joins
from flowkit.resolve.choice_rules import choice_problems
from flowkit.resolve.data import Data
from flowkit.resolve.edges import Graph
from flowkit.resolve.layout import Layout, NodePosition, Scope, TaskPosition, options_of
from flowkit.resolve.mapping_rules import add_item_edges, mapping_problems
from flowkit.resolve.native_rules import native_problems
from flowkit.resolve.pipeline_rules import problems_of, recorded_problems, waiting_for_each_other
from flowkit.resolve.placement import lay_out
from flowkit.resolve.setup_rules import setup_problems

_NO_DEFAULTS: Final[Mapping[str, Any]] = {}


def resolve(draft: Draft) -> PipelineSpec:
    """
    Return the pipeline that *draft* describes.

    Raises:
        PipelineError: If it has problems; it carries all of them, in the order of the source.
    """
    with gc_paused():
        return _resolve(draft)


def _resolve(draft: Draft) -> PipelineSpec:
    problems: list[Problem] = []
    layout = lay_out(draft, problems)
    problems.extend(recorded_problems(layout, draft))
    if any(problem.code == "FK111" for problem in problems):
        # Nodes beyond the depth limit were not read: every other rule would report them as missing.
        raise PipelineError(_in_order(problems, draft.dag_id))
    _spread_defaults(layout, draft.defaults)
    data = Data(layout, problems)
    data.read(draft)
    graph = Graph(layout, problems)
    graph.connect(
        (producer, consumer) for consumer, producers in data.producers.items() for producer in producers
    )
    add_item_edges(data, graph)
    problems.extend(problems_of(layout, draft))
    problems.extend(mapping_problems(layout, data))
    problems.extend(choice_problems(layout, data, graph))
    problems.extend(native_problems(layout, graph))
    if graph.setups:
        problems.extend(setup_problems(layout, graph))
    problems.extend(waiting_for_each_other(layout, graph.upstream, graph.downstream))
    if problems:
        raise PipelineError(_in_order(problems, draft.dag_id))

    spec = _spec(draft, layout, graph, data)
    if not graph.routes:
        return spec
    spec = with_joins(spec, _joins(layout, graph, draft), problems)
    if problems:
        raise PipelineError(_in_order(problems, draft.dag_id))
    return spec


def _joins(layout: Layout, graph: Graph, draft: Draft) -> frozenset[int]:
    """
    Return the tasks that only wait for the link before them, and whose trigger rule nobody has set.
    """
    if draft.settings.get("fail_fast"):
        return frozenset()  # Airflow then accepts no trigger rule
    setups = {position.first for position in graph.setups}
    return frozenset(
        number
        for number, chained in graph.chained.items()
        if graph.upstream[number] <= chained
        and not graph.upstream[number] & setups
        and "trigger_rule" not in options_of(layout.tasks[number])
    )


def _spread_defaults(layout: Layout, defaults: Mapping[str, Any]) -> None:
    layout.root.options = defaults
    for group in layout.groups:  # the outer ones first
        inherited = cast("Scope", group.parent).options
        own = group.node.defaults
        group.options = merged(inherited, own) if own else inherited


def _in_order(problems: list[Problem], dag_id: str) -> list[Problem]:
    def key(problem: Problem) -> tuple[str, int, str]:
        location = problem.location
        return (location.file, location.line, problem.code) if location else ("", 0, problem.code)

    unique = dict.fromkeys(evolve(problem, dag_id=dag_id or None) for problem in problems)
    return sorted(unique, key=key)


def _spec(draft: Draft, layout: Layout, graph: Graph, data: Data) -> PipelineSpec:
    return PipelineSpec(
        dag_id=draft.dag_id,
        settings=draft.settings,
        defaults=draft.defaults,
        operator_defaults=layout.root.operator_defaults,
        operator_defaults_at=draft.operator_defaults_at,
        nodes=tuple([_node(member, layout, graph, data) for member in layout.members]),
        edges=tuple(
            [
                EdgeSpec(upstream.full_id, downstream.full_id, label)
                for (upstream, downstream), label in graph.edges.items()
            ]
        ),
        location=draft.location,
    )


def _node(member: NodePosition, layout: Layout, graph: Graph, data: Data) -> NodeSpec:
    scope = cast("Scope", member.parent)  # only the pipeline has no parent
    parent_id = scope.full_id or None
    producers = data.producers.get(member)
    uses = () if producers is None else tuple([producer.full_id for producer in producers])
    if isinstance(member, TaskPosition):
        task = member.node
        return TaskSpec(
            task_id=member.full_id,
            id=member.id,
            group_id=parent_id,
            action=_action(member, graph, data) if graph.routes else data.calls[member],
            own_options=task.options,
            inherited_options=scope.options,
            multiple_outputs=member in data.by_key,
            upstream=_ids(graph.upstream[member.first], layout.tasks),
            uses=uses,
            role="setup" if member in graph.setups else task.role,
            on_failure_fail_dagrun=task.on_failure_fail_dagrun,
            operator_defaults=data.operator_defaults.get(member, _NO_DEFAULTS),
            location=task.location,
        )
    node = cast("GroupNode", member.node)  # only the outermost scope has a draft
    return GroupSpec(
        group_id=member.full_id,
        id=member.id,
        parent_id=parent_id,
        settings=node.settings,
        defaults=node.defaults,
        operator_defaults=member.operator_defaults,
        operator_defaults_at=node.operator_defaults_at,
        mapped=data.mapped.get(member),
        by_set=node.mapping is not None and node.mapping.by_set,
        set_defaults={} if node.mapping is None else node.mapping.set_defaults,
        uses=uses,
        location=member.location,
    )


def _ids(numbers: set[int], tasks: Sequence[TaskPosition]) -> tuple[str, ...]:
    if len(numbers) == 1:  # as nearly always
        for number in numbers:
            return (tasks[number].full_id,)
    return tuple([tasks[number].full_id for number in sorted(numbers)])


def _action(position: TaskPosition, graph: Graph, data: Data) -> Call | None:
    call = data.calls[position]
    if isinstance(call, PythonCall) and position in graph.routes:
        return evolve(call, routes=graph.routes[position])
    return call
