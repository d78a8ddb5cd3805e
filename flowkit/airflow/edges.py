"""
Edges → the relations of operators and TaskGroups.

The spec already holds all edges between tasks. Writing them straight into Airflow's sets, as `set_downstream` does in
the end, avoids computing the same roots and leaves again for each edge.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, TaskGroup

from flowkit.model.pipeline import EdgeSpec, PipelineSpec


def compile_edges(
    spec: PipelineSpec, dag: DAG, operators: dict[str, Any], groups: dict[str, TaskGroup]
) -> None:
    """
    Connect the operators and the groups of *dag*.
    """
    for task in spec.tasks:
        operator = operators[task.task_id]
        for upstream in task.upstream:
            operator.upstream_task_ids.add(upstream)
            operators[upstream].downstream_task_ids.add(task.task_id)
    for edge in spec.edges:
        if edge.upstream in groups or edge.downstream in groups:
            _relate(edge, groups)
        if edge.label is not None:
            _label(edge, dag, groups)


def _relate(edge: EdgeSpec, groups: dict[str, TaskGroup]) -> None:
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


def _label(edge: EdgeSpec, dag: DAG, groups: dict[str, TaskGroup]) -> None:
    above, below = groups.get(edge.upstream), groups.get(edge.downstream)
    upstream = edge.upstream if above is None else above.downstream_join_id
    downstream = edge.downstream if below is None else below.upstream_join_id
    dag.set_edge_info(upstream, downstream, {"label": edge.label})
    if below is not None and above is None:
        for root in below.get_roots():
            dag.set_edge_info(upstream, root.task_id, {"label": edge.label})
