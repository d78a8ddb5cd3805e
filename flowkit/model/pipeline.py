"""
A pipeline as it will be: every id, every edge and every effective option is decided.

Specs are values: two specs are equal when they describe the same pipeline, wherever it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, final

from flowkit.base.call_site import SourceLocation
from flowkit.base.record import field, record
from flowkit.base.suggestions import did_you_mean
from flowkit.model.calls import Call, Role
from flowkit.model.defaults import merged


@final
@record(kw_only=True)
class TaskSpec:
    """
    One task.
    """

    task_id: str
    """The id as Airflow knows it, with those of its groups."""

    id: str
    """The id that the author gave."""

    group_id: str | None
    """The group that it stands in, as Airflow knows it; `None`: no group."""

    action: Call | None
    """What it does; `None` for a task that does nothing."""

    own_options: Mapping[str, Any]
    """The options given to the task itself."""

    inherited_options: Mapping[str, Any]
    """The options that come from the defaults of its groups and its pipeline; the nearest wins."""

    multiple_outputs: bool
    """Whether some task uses a key of its output."""

    upstream: tuple[str, ...]
    """The tasks that it waits for, in the order of the source."""

    uses: tuple[str, ...] = ()
    """The tasks whose outputs it takes, in the order of the source."""

    role: Role | None = None
    """Whether it sets something up, or tears it down."""

    on_failure_fail_dagrun: bool | None = None
    """Of a teardown: whether the run fails when it fails."""

    operator_defaults: Mapping[str, Any] = field(factory=dict)
    """
    Of an operator: the arguments that it takes from its groups and its pipeline; the nearest wins. Of `native(…)`: all
    that its operators might take.
    """

    location: SourceLocation = field(eq=False)
    """The line that the task was written in."""

    @property
    def options(self) -> dict[str, Any]:
        """
        The options in effect: those of the task itself over the inherited ones.
        """
        return merged(self.inherited_options, self.own_options)


@final
@record(kw_only=True)
class GroupSpec:
    """
    One group of tasks.
    """

    group_id: str
    """The id as Airflow knows it, with those of the groups around it."""

    id: str
    """The id that the author gave."""

    parent_id: str | None
    """The group that it stands in; `None`: no group."""

    settings: Mapping[str, Any]
    """Arguments of Airflow's `TaskGroup`."""

    defaults: Mapping[str, Any]
    """The options that were given to this group for all tasks below."""

    operator_defaults: Mapping[str, Any] = field(factory=dict)
    """The arguments that were given to this group for all operators below that take them."""

    operator_defaults_at: Mapping[str, SourceLocation] = field(factory=dict, eq=False)
    """By argument: the line that gave it."""

    mapped: Mapping[str, Any] | None = None
    """Of a mapped group: by parameter, what it is made once for each item of."""

    by_set: bool = False
    """Whether it is mapped over sets of arguments, which are in `mapped["kwargs_sets"]`: Airflow's `expand_kwargs`."""

    set_defaults: Mapping[str, Any] = field(factory=dict)
    """By parameter: the default of the function, where the sets of arguments are known only when the pipeline runs."""

    uses: tuple[str, ...] = ()
    """Of a mapped group: the tasks that give what it is mapped over."""

    location: SourceLocation = field(eq=False)
    """The line that the group was written in."""


@final
@record
class EdgeSpec:
    """
    An edge between tasks or groups, as an author thinks of it: `start >> ingestion_layer`.
    """

    upstream: str
    """The id of a task or a group, as Airflow knows it."""

    downstream: str
    """The id of a task or a group, as Airflow knows it."""

    label: str | None = None
    """The text that Airflow shows on the edge."""


NodeSpec: TypeAlias = "TaskSpec | GroupSpec"


@final
@record(kw_only=True)
class PipelineSpec:
    """
    One pipeline.
    """

    dag_id: str

    settings: Mapping[str, Any]
    """Arguments of Airflow's `DAG`."""

    defaults: Mapping[str, Any]
    """The options that were given to the pipeline for all tasks."""

    nodes: tuple[NodeSpec, ...]
    """Tasks and groups in the order of the source; a group comes before what it holds."""

    edges: tuple[EdgeSpec, ...]
    """The edges as an author thinks of them. `TaskSpec.upstream` has what follows from them for each task."""

    operator_defaults: Mapping[str, Any] = field(factory=dict)
    """The arguments that were given to the pipeline for all operators that take them."""

    operator_defaults_at: Mapping[str, SourceLocation] = field(factory=dict, eq=False)
    """By argument: the line that gave it."""

    location: SourceLocation = field(eq=False)
    """The line of `Pipeline(…)`."""

    @property
    def tasks(self) -> tuple[TaskSpec, ...]:
        """
        The tasks, in the order of the source.
        """
        return tuple(node for node in self.nodes if isinstance(node, TaskSpec))

    @property
    def groups(self) -> tuple[GroupSpec, ...]:
        """
        The groups, in the order of the source.
        """
        return tuple(node for node in self.nodes if isinstance(node, GroupSpec))

    def operator_default_source(self, task: TaskSpec, name: str) -> str | None:
        """
        Return the id of the group whose `.operator_defaults(…)` gives *task* the argument *name*; `None`: the pipeline.
        """
        groups = {group.group_id: group for group in self.groups}
        group_id = task.group_id
        while group_id is not None and name not in groups[group_id].operator_defaults:
            group_id = groups[group_id].parent_id
        return group_id

    def task(self, task_id: str) -> TaskSpec:
        """
        Return the task that Airflow will know by *task_id*.

        Raises:
            KeyError: If there is none.
        """
        for task in self.tasks:
            if task.task_id == task_id:
                return task

        hint = did_you_mean(task_id, [task.task_id for task in self.tasks])
        msg = f"Pipeline {self.dag_id!r} has no task {task_id!r}. {hint}".rstrip()
        raise KeyError(msg)
