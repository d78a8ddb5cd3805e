"""
Settings of pipelines and groups: the arguments of Airflow's `DAG` and `TaskGroup`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from typing_extensions import TypedDict

from flowkit.model.options import StateCallback
from flowkit.model.schedule import Schedule

if TYPE_CHECKING:
    import jinja2
    from airflow.sdk.api.datamodels._generated import DagRunType
    from airflow.sdk.definitions.deadline import DeadlineAlert

__all__ = ["RUN_TYPES", "DagSettings", "GroupSettings", "RunTypeName"]

RunTypeName: TypeAlias = Literal[
    "backfill", "scheduled", "manual", "operator_triggered", "asset_triggered", "asset_materialization"
]
"""What can start a run of a pipeline. Airflow's names."""

RUN_TYPES: tuple[str, ...] = get_args(RunTypeName)


# Closed, as `TaskOptions` is.
class DagSettings(TypedDict, total=False, closed=True):
    """
    The settings of a pipeline: arguments of Airflow's `DAG`, under Airflow's names and with its defaults.

    `default_args` is not among them: `.defaults(…)` takes the same, with types.
    """

    schedule: Schedule
    """
    When the pipeline runs: a preset such as `"@daily"`, `cron(…)`, a `timedelta`, assets, or a timetable.
    Default: `None`, only when it is triggered.
    """

    start_date: datetime | None
    """The date that the schedule starts at. Default: `None`. `catchup=True` needs one."""

    end_date: datetime | None
    """The date after which no run is scheduled any more. Default: `None`, never."""

    description: str | None
    """One line on what the pipeline is for, shown in the UI. Default: `None`."""

    template_searchpath: str | Iterable[str] | None
    """Absolute folders that Jinja looks for template files in, beside that of the file. Default: `None`."""

    template_undefined: type[jinja2.Undefined]
    """What Jinja puts in place of a name that does not exist. Default: `jinja2.StrictUndefined`, an error."""

    user_defined_macros: dict[str, Any] | None
    """Further names for the templates of this pipeline. Default: `None`."""

    user_defined_filters: dict[str, Any] | None
    """Further filters for the templates of this pipeline. Default: `None`."""

    max_active_tasks: int | None
    """How many tasks may run at once within a run. Default: `[core] max_active_tasks_per_dag`, 16."""

    max_active_runs: int | None
    """How many runs may be active at once. Default: `[core] max_active_runs_per_dag`, 16."""

    max_consecutive_failed_dag_runs: int | None
    """
    After how many failed runs in a row Airflow pauses the pipeline; 0: never. Default:
    `[core] max_consecutive_failed_dag_runs_per_dag`, which is 0.
    """

    dagrun_timeout: timedelta | None
    """The longest that one run may take; then it fails, and tasks that run are skipped. Default: `None`."""

    deadline: list[DeadlineAlert] | DeadlineAlert | None
    """By when a run must be done, and whom to tell when it is not. Default: `None`."""

    sla_miss_callback: None
    """Without effect: Airflow 3.0 removed it. Use `deadline`."""

    catchup: bool
    """
    Whether runs are made for the time between `start_date` and now. Default:
    `[scheduler] catchup_by_default`, which is `False`.
    """

    on_success_callback: StateCallback
    """Called with the context when a run has succeeded. Default: `None`. For tasks: `.defaults(…)`."""

    on_failure_callback: StateCallback
    """Called with the context when a run has failed. Default: `None`. For tasks: `.defaults(…)`."""

    doc_md: str | None
    """Notes on the pipeline, as Markdown, or the path of a file that ends in `.md`. Default: `None`."""

    params: Mapping[str, Any] | type[Any] | None
    """
    What can be chosen when a run is triggered: values or Airflow's `Param`s by name, or an attrs class or a
    dataclass whose fields are the params. Default: `None`.
    """

    access_control: Mapping[str, Collection[str] | Mapping[str, Collection[str]]] | None
    """What each role may do with the pipeline. Deprecated by Airflow. Default: `None`."""

    is_paused_upon_creation: bool | None
    """Whether the pipeline is paused when Airflow first sees it. Default: `None`, as configured."""

    jinja_environment_kwargs: dict[str, Any] | None
    """Arguments of Jinja's `Environment`, for the templates of this pipeline. Default: `None`."""

    render_template_as_native_obj: bool
    """Whether templates give Python objects rather than text. Default: `False`."""

    tags: list[str] | tuple[str, ...] | set[str] | frozenset[str] | None
    """Words to find the pipeline by in the UI, of 100 characters at most. Default: none."""

    owner_links: dict[str, str]
    """The link of each owner in the UI: a URL or `mailto:`. Default: none."""

    fail_fast: bool
    """
    Whether the first failed task fails the run at once. Default: `False`. All tasks must then have the
    trigger rule `"all_success"`.
    """

    allowed_run_types: DagRunType | Collection[DagRunType | RunTypeName] | None
    """What may start a run, such as `["scheduled", "manual"]`. Default: `None`, anything."""

    dag_display_name: str
    """The name that the UI shows in place of the pipeline's id; any characters. Default: the id."""

    disable_bundle_versioning: bool
    """
    Whether tasks take the newest version of the DAG bundle, even when their run began with an older one.
    Default: `[dag_processor] disable_bundle_versioning`, which is `False`.
    """

    rerun_with_latest_version: bool | None
    """
    Whether cleared tasks run with the newest version of the DAG bundle. Default: `None`:
    `[core] rerun_with_latest_version`.
    """


class GroupSettings(TypedDict, total=False, closed=True):
    """
    The settings of a group: arguments of Airflow's `TaskGroup`, under Airflow's names and with its defaults.

    `default_args` is not among them (`.defaults(…)` takes the same, with types), nor is
    `add_suffix_on_collision`: an id that stands in the source is the id that Airflow gets.
    """

    group_display_name: str
    """The name that the UI shows in place of the group's id; any characters. Default: the id."""

    prefix_group_id: bool
    """Whether the ids of the tasks within begin with the id of the group and a dot. Default: `True`."""

    tooltip: str
    """What the UI shows when the pointer rests on the group. Default: nothing."""

    doc_md: str | None
    """Notes on the group, as Markdown, or the path of a file that ends in `.md`. Default: `None`."""

    ui_color: str
    """The colour of the group in the UI: a CSS name or `#rrggbb`. Default: `"CornflowerBlue"`."""

    ui_fgcolor: str
    """The colour of the group's text in the UI: a CSS name or `#rrggbb`. Default: `"#000"`."""
