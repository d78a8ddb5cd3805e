"""
A `GroupSpec` → a TaskGroup.
"""

from __future__ import annotations

from airflow.sdk import DAG, TaskGroup

from flowkit.spec.pipeline import GroupSpec


def compile_group(group: GroupSpec, dag: DAG, parent: TaskGroup) -> TaskGroup:
    """
    Return the TaskGroup of *group*, added to *parent*.
    """
    settings = {name: value for name, value in group.settings.items() if value is not None}
    return TaskGroup(group_id=group.id, dag=dag, parent_group=parent, **settings)
