"""
Options of a task: the arguments that all of Airflow's operators take, and `pod`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from airflow.sdk import Context, RetryPolicy, TriggerRule, WeightRule
    from airflow.sdk.definitions.asset import BaseAsset
    from airflow.sdk.types import WeightRuleProtocol

    from flowkit.model.pod import Pod

__all__ = ["TRIGGER_RULES", "WEIGHT_RULES", "TaskOptions", "TriggerRuleName", "WeightRuleName"]

TriggerRuleName: TypeAlias = Literal[
    "all_success",
    "all_failed",
    "all_done",
    "all_done_min_one_success",
    "all_skipped",
    "one_success",
    "one_failed",
    "one_done",
    "none_failed",
    "none_failed_min_one_success",
    "none_skipped",
    "always",
]
"""What must have become of the tasks before a task for it to start. Airflow's names."""

TRIGGER_RULES: tuple[str, ...] = get_args(TriggerRuleName)

WeightRuleName: TypeAlias = Literal["downstream", "upstream", "absolute"]
"""How the priorities of tasks add up. Airflow's names."""

WEIGHT_RULES: tuple[str, ...] = get_args(WeightRuleName)

_Callback: TypeAlias = "Callable[[Context], None]"

StateCallback: TypeAlias = "_Callback | Sequence[_Callback] | AbstractSet[_Callback] | None"
"""A function, a notifier, or several of them; each gets the context of the task or of the run."""


# Closed: otherwise, some type checkers accept any other option.
class TaskOptions(TypedDict, total=False, closed=True):
    """
    The options of a task, and what `.defaults(…)` takes for all tasks below a pipeline or a group.

    All but `pod` are arguments of Airflow's `BaseOperator`, under Airflow's names and with its defaults. An
    option that is left out is inherited from the nearest `.defaults(…)`, and at last from Airflow.
    """

    pod: Pod | None
    """What the task needs on Kubernetes. flowkit's own; it becomes Airflow's `executor_config`."""

    owner: str
    """Who answers for the task: a person or a team. Default: `[operators] default_owner`."""

    email: str | Sequence[str] | None
    """Addresses to write to on failure and retry. Deprecated by Airflow: use a notifier as a callback."""

    email_on_retry: bool
    """Whether `email` is written to when the task is tried again. Deprecated by Airflow. Default: `True`."""

    email_on_failure: bool
    """Whether `email` is written to when the task fails. Deprecated by Airflow. Default: `True`."""

    retries: int | None
    """How many more times a failed task is tried. Default: `[core] default_task_retries`, which is 0."""

    retry_delay: timedelta | float
    """How long to wait before the next try: a `timedelta`, or seconds. Default: five minutes."""

    retry_exponential_backoff: float
    """
    What each delay is multiplied by to give the next: 2 or `True` doubles it. Default: 0 or `False`, all are equal.
    Airflow 3.1 has only these.
    """

    max_retry_delay: timedelta | float | None
    """The longest that the delay between tries may become: a `timedelta`, or seconds. Default: `None`."""

    retry_policy: RetryPolicy | None
    """Decides from the exception whether to try again, and how soon. Default: `None`, always."""

    start_date: datetime | None
    """The first date that the task runs for. Default: the `start_date` of the pipeline."""

    end_date: datetime | None
    """The last date that the task runs for. Default: the `end_date` of the pipeline."""

    depends_on_past: bool
    """Whether the task waits until it has succeeded, or was skipped, in the run before. Default: `False`."""

    ignore_first_depends_on_past: bool
    """Whether `depends_on_past` is ignored for the first run of the task. Default: `False`."""

    wait_for_past_depends_before_skipping: bool
    """Whether a task that is to be skipped first waits for `depends_on_past`. Default: `False`."""

    wait_for_downstream: bool
    """
    Whether the task also waits for the tasks right after it in the run before. Default: `False`. `True` turns
    on `depends_on_past`.
    """

    params: Mapping[str, Any] | None
    """Values for templates, under `params`. They win over the pipeline's params. Default: `None`."""

    priority_weight: int
    """How urgent the task is when tasks queue: higher goes first, within 32 bits. Default: 1."""

    weight_rule: WeightRuleName | WeightRule | WeightRuleProtocol
    """
    How the urgency of other tasks adds to its own: `"downstream"` (the default) counts all tasks after it,
    `"upstream"` all before it, `"absolute"` none. Or a strategy of your own that a plugin registers.
    """

    queue: str
    """The queue for executors that have queues, such as Celery. Default: `[operators] default_queue`."""

    pool: str | None
    """The pool whose slots bound how many tasks run at once. Default: `None`, Airflow's `default_pool`."""

    pool_slots: int
    """How many slots of the pool the task takes, 1 or more. Default: 1."""

    sla: None
    """Without effect: Airflow 3.0 removed it. Use the `deadline` of the pipeline."""

    execution_timeout: timedelta | None
    """The longest that one try may run; then it fails. Default: `[core] default_task_execution_timeout`."""

    on_execute_callback: StateCallback
    """Called with the context right before the task runs. Default: `None`."""

    on_failure_callback: StateCallback
    """Called with the context when the task has failed for good. Default: `None`."""

    on_success_callback: StateCallback
    """Called with the context when the task has succeeded. Default: `None`."""

    on_retry_callback: StateCallback
    """Called with the context when a try has failed and another one follows. Default: `None`."""

    on_skipped_callback: StateCallback
    """
    Called with the context when the task raises `AirflowSkipException`; not when a branch or a trigger rule
    skips it. Default: `None`.
    """

    pre_execute: Callable[[Context], None] | None
    """Called with the context before the task runs; an exception in it fails the try. Default: `None`."""

    post_execute: Callable[[Context, Any], None] | None
    """
    Called with the context and the result after the task ran; an exception in it fails the try. Default:
    `None`.
    """

    trigger_rule: TriggerRuleName | TriggerRule
    """What must have become of the tasks before this one for it to start. Default: `"all_success"`."""

    resources: dict[str, Any] | None
    """Airflow's legacy resources, which no executor of today reads. Use `pod`. Default: `None`."""

    run_as_user: str | None
    """The Unix user that the task runs as. Default: `None`, the user of the worker."""

    map_index_template: str | None
    """A Jinja template that names the instances of a mapped task in the UI. Default: `None`, numbers."""

    max_active_tis_per_dag: int | None
    """How many instances of the task may run at once over all runs. Default: `None`, any number."""

    max_active_tis_per_dagrun: int | None
    """How many instances of the task may run at once within one run. Default: `None`, any number."""

    executor: str | None
    """The name of the executor that runs the task. Default: `None`, the first one of the installation."""

    executor_config: dict[str, Any] | None
    """
    What the executor needs to know about the task, in the form that it expects. For Kubernetes see `pod`. Default:
    `None`.
    """

    do_xcom_push: bool
    """Whether the task's result is kept as an XCom, so that other tasks can use it. Default: `True`."""

    multiple_outputs: bool
    """Whether each key of a result that is a dictionary also becomes an XCom of its own. Default: `False`."""

    inlets: BaseAsset | list[Any] | tuple[Any, ...] | set[Any] | None
    """The assets that the task reads; their past events are in its context. Default: `None`."""

    outlets: BaseAsset | list[Any] | tuple[Any, ...] | set[Any] | None
    """The assets that the task updates when it succeeds. Default: `None`."""

    doc: str | None
    """Notes on the task, as plain text, for the UI. Default: `None`."""

    doc_md: str | None
    """Notes on the task, as Markdown, for the UI. Default: `None`."""

    doc_json: str | None
    """Notes on the task, as JSON, for the UI. Default: `None`."""

    doc_yaml: str | None
    """Notes on the task, as YAML, for the UI. Default: `None`."""

    doc_rst: str | None
    """Notes on the task, as reStructuredText, for the UI. Default: `None`."""

    task_display_name: str | None
    """The name that the UI shows in place of the task's id; any characters. Default: `None`, the id."""

    logger_name: str | None
    """
    The name of the logger of the task, below `airflow.task.operators`. Default: `None`, the name of the
    operator's class.
    """

    allow_nested_operators: bool
    """Whether an operator executed inside another one only warns, rather than fails. Default: `True`."""

    render_template_as_native_obj: bool | None
    """Whether templates give Python objects rather than text. Default: `None`, as the pipeline has it."""
