"""
A `GroupSpec` → a TaskGroup.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, TaskGroup
from airflow.sdk.definitions._internal.expandinput import DictOfListsExpandInput, ListOfDictsExpandInput
from airflow.sdk.definitions.taskgroup import MappedTaskGroup

from flowkit.airflow.arguments import Lookup, compile_value
from flowkit.model.pipeline import GroupSpec


def compile_group(group: GroupSpec, dag: DAG, parent: TaskGroup, lookup: Lookup) -> TaskGroup:
    """
    Return the TaskGroup of *group*, added to *parent*.
    """
    settings = {name: value for name, value in group.settings.items() if value is not None}
    parents: dict[str, Any] = {"group_id": group.id, "dag": dag, "parent_group": parent}
    if group.mapped is None:
        return TaskGroup(**parents, **settings)

    mapped = {name: compile_value(value, lookup) for name, value in group.mapped.items()}
    sets: Any = mapped.get("kwargs_sets")
    given = ListOfDictsExpandInput(sets) if group.by_set else DictOfListsExpandInput(mapped)
    return MappedTaskGroup(**parents, **settings, expand_input=given)
