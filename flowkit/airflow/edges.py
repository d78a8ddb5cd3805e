"""
Edges → the relations of operators and TaskGroups.

The spec already holds all edges between tasks. Writing them straight into Airflow's sets, as `set_downstream` does in
the end, avoids computing the same roots and leaves again for each edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, TaskGroup

from flowkit.model.pipeline import EdgeSpec, PipelineSpec, TaskSpec

if TYPE_CHECKING:
    from flowkit.airflow.native import NativeNode


def compile_edges(
    spec: PipelineSpec,
    dag: DAG,
    operators: Mapping[str, Any],
    groups: Mapping[str, TaskGroup],
    natives: Mapping[str, NativeNode],
) -> None:
    """
    Connect the operators and the groups of *dag*.
    """
    groups = {
        **groups,
        **{task_id: made.node for task_id, made in natives.items() if isinstance(made.node, TaskGroup)},
    }
    for task in spec.tasks:
        if natives and not natives.keys().isdisjoint((task.task_id, *task.upstream)):
            _connect_native(task, operators, natives)
            continue
        operator = operators[task.task_id]
        for upstream in task.upstream:
            operator.upstream_task_ids.add(upstream)
            operators[upstream].downstream_task_ids.add(task.task_id)
    for edge in spec.edges:
        if edge.upstream in groups or edge.downstream in groups:
            _relate(edge, groups)
        if edge.label is not None:
            _label(edge, dag, groups)


def _connect_native(task: TaskSpec, operators: Mapping[str, Any], natives: Mapping[str, NativeNode]) -> None:
    native = natives.get(task.task_id)
    lower = (operators[task.task_id],) if native is None else native.roots
    for upstream in task.upstream:
        native = natives.get(upstream)
        for above in (operators[upstream],) if native is None else native.leaves:
            for below in lower:
                below.upstream_task_ids.add(above.task_id)
                above.downstream_task_ids.add(below.task_id)


def _relate(edge: EdgeSpec, groups: Mapping[str, TaskGroup]) -> None:
    # Airflow's graph draws a single arrow to or from a collapsed group, by these sets, which `>>` fills.
    above, below = groups.get(edge.upstream), groups.get(edge.downstream)
    if above is not None and below is not None:
        above.downstream_group_ids.add(below.group_id)
        below.upstream_group_ids.add(above.group_id)
        below.upstream_task_ids.update(task.task_id for task in above.get_leaves())
    elif above is not None:
        above.downstream_task_ids.add(edge.downstream)
    elif below is not None:
        below.upstream_task_ids.add(edge.upstream)


def _label(edge: EdgeSpec, dag: DAG, groups: Mapping[str, TaskGroup]) -> None:
    above, below = groups.get(edge.upstream), groups.get(edge.downstream)
    upstream = edge.upstream if above is None else above.downstream_join_id
    downstream = edge.downstream if below is None else below.upstream_join_id
    dag.set_edge_info(upstream, downstream, {"label": edge.label})
    if below is not None and above is None:
        for root in below.get_roots():
            dag.set_edge_info(upstream, root.task_id, {"label": edge.label})
