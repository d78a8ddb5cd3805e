"""
Which options and settings exist, and which values each of them may have.

Each name has a `Limit` in a table; to check a value is to look up its limit and ask it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NoReturn

import attrs

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError, UnknownOptionError
from flowkit.base.lazy_names import is_lazy, real
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean
from flowkit.rules.value_rules import (
    BACKOFF,
    BIGGEST_WEIGHT,
    CALLBACKS,
    DATE,
    DELAY,
    EMAIL,
    FLAG,
    FOLDERS,
    GONE,
    HOOK,
    MAPPING,
    SPAN,
    TEXT,
    OptionRule,
    Violation,
    are_assets,
    are_deadlines,
    are_links,
    are_params,
    are_run_types,
    are_tags,
    count,
    has_text_keys,
    is_pod,
    is_retry_policy,
    is_schedule,
    is_trigger_rule,
    is_weight_rule,
    of_any_type,
    or_none,
)

__all__ = ["checked_group_settings", "checked_options", "checked_settings"]

_OPTIONS: Mapping[str, OptionRule] = {
    "pod": of_any_type("a Pod", 'Pod(cpu="500m")', is_pod),
    "owner": TEXT,
    "email": EMAIL,
    "email_on_retry": FLAG,
    "email_on_failure": FLAG,
    "retries": or_none(count(0, "3")),
    "retry_delay": DELAY,
    "retry_exponential_backoff": BACKOFF,
    "max_retry_delay": or_none(DELAY),
    "retry_policy": of_any_type("a RetryPolicy", "ExceptionRetryPolicy(…)", is_retry_policy),
    "start_date": DATE,
    "end_date": DATE,
    "depends_on_past": FLAG,
    "ignore_first_depends_on_past": FLAG,
    "wait_for_past_depends_before_skipping": FLAG,
    "wait_for_downstream": FLAG,
    "params": attrs.evolve(MAPPING, rule=has_text_keys),
    "priority_weight": count(-BIGGEST_WEIGHT - 1, "10", BIGGEST_WEIGHT),
    "weight_rule": attrs.evolve(of_any_type("a name", '"downstream"', is_weight_rule), none=False),
    "queue": TEXT,
    "pool": or_none(TEXT),
    "pool_slots": count(1, "1"),
    "sla": GONE,
    "execution_timeout": SPAN,
    "on_execute_callback": CALLBACKS,
    "on_failure_callback": CALLBACKS,
    "on_success_callback": CALLBACKS,
    "on_retry_callback": CALLBACKS,
    "on_skipped_callback": CALLBACKS,
    "pre_execute": HOOK,
    "post_execute": HOOK,
    "trigger_rule": OptionRule(types=(str,), takes="a name", example='"all_done"', rule=is_trigger_rule),
    "resources": MAPPING,
    "run_as_user": or_none(TEXT),
    "map_index_template": or_none(TEXT),
    "max_active_tis_per_dag": or_none(count(1, "1")),
    "max_active_tis_per_dagrun": or_none(count(1, "1")),
    "executor": or_none(TEXT),
    "executor_config": MAPPING,
    "do_xcom_push": FLAG,
    "multiple_outputs": FLAG,
    "inlets": of_any_type("assets", '[Asset("…")]', are_assets),
    "outlets": of_any_type("assets", '[Asset("…")]', are_assets),
    "doc": or_none(TEXT),
    "doc_md": or_none(TEXT),
    "doc_json": or_none(TEXT),
    "doc_yaml": or_none(TEXT),
    "doc_rst": or_none(TEXT),
    "task_display_name": or_none(TEXT),
    "logger_name": or_none(TEXT),
    "allow_nested_operators": FLAG,
    "render_template_as_native_obj": or_none(FLAG),
}

_SETTINGS: Mapping[str, OptionRule] = {
    "schedule": of_any_type("a schedule", '"@daily"', is_schedule),
    "start_date": DATE,
    "end_date": DATE,
    "description": or_none(TEXT),
    "template_searchpath": FOLDERS,
    "template_undefined": OptionRule(
        types=(type,), takes="a class of Jinja's", example="jinja2.StrictUndefined"
    ),
    "user_defined_macros": MAPPING,
    "user_defined_filters": MAPPING,
    "max_active_tasks": or_none(count(1, "16")),
    "max_active_runs": or_none(count(1, "1")),
    "max_consecutive_failed_dag_runs": or_none(count(0, "3")),
    "dagrun_timeout": SPAN,
    "deadline": of_any_type("a DeadlineAlert", "DeadlineAlert(…)", are_deadlines),
    "sla_miss_callback": GONE,
    "catchup": FLAG,
    "on_success_callback": CALLBACKS,
    "on_failure_callback": CALLBACKS,
    "doc_md": or_none(TEXT),
    "params": of_any_type("values by name", '{"name": …}', are_params),
    "access_control": MAPPING,
    "is_paused_upon_creation": or_none(FLAG),
    "jinja_environment_kwargs": MAPPING,
    "render_template_as_native_obj": FLAG,
    "tags": OptionRule(types=(Collection,), takes="several texts", example='["…"]', none=True, rule=are_tags),
    "owner_links": attrs.evolve(MAPPING, example='{"team": "https://…"}', none=False, rule=are_links),
    "fail_fast": FLAG,
    "allowed_run_types": of_any_type("names of run types", '["manual"]', are_run_types),
    "dag_display_name": TEXT,
    "disable_bundle_versioning": FLAG,
    "rerun_with_latest_version": or_none(FLAG),
}

_GROUP_SETTINGS: Mapping[str, OptionRule] = {
    "group_display_name": TEXT,
    "prefix_group_id": FLAG,
    "tooltip": TEXT,
    "doc_md": or_none(TEXT),
    "ui_color": TEXT,
    "ui_fgcolor": TEXT,
}

# What each table holds, and where a name of it that was given elsewhere belongs.
_HOMES = (
    (_OPTIONS, "an option of tasks", "Give it to task(…) or to .defaults({}=…)."),
    (_SETTINGS, "a setting of pipelines", "Give it to Pipeline(…, {}=…)."),
    (_GROUP_SETTINGS, "a setting of groups", "Give it to Group(…, {}=…)."),
)

# Names that people know from Airflow, and that are said in another way here, or no longer.
_SAID_OTHERWISE: Mapping[str, str] = {
    **dict.fromkeys(("task_id", "dag_id", "group_id"), "The id is the first argument."),
    **dict.fromkeys(
        ("dag", "task_group", "parent_group"), "Place it where it belongs, with .then(…) or .add(…)."
    ),
    **dict.fromkeys(("cpu", "memory"), 'Write pod=Pod(cpu="500m", memory="1Gi").'),
    **dict.fromkeys(
        ("schedule_interval", "timetable"), "Airflow 3 calls it schedule: Pipeline(…, schedule=…)."
    ),
    "default_args": "Use .defaults(…), which takes the same.",
    "auto_register": "Leave it out: register(…) does it.",
    "add_suffix_on_collision": "Give each group an id of its own.",
    "concurrency": "Airflow 3 calls it max_active_tasks: Pipeline(…, max_active_tasks=…).",
    "task_concurrency": "Airflow 3 calls it max_active_tis_per_dag.",
    "fail_stop": "Airflow 3 calls it fail_fast: Pipeline(…, fail_fast=…).",
}


def checked_options(options: Mapping[str, Any], *, call: str) -> dict[str, Any]:
    """
    Return the *options* of a task, when all of them exist and have values that they may have.

    Args:
        options: The options by name.

        call: The user's call, such as `task('load')`. Messages begin with it.

    Raises:
        UnknownOptionError: If there is no option of that name.

        DefinitionError: If an option cannot have that value.
    """
    return _checked(options, _OPTIONS, call)


def checked_settings(settings: Mapping[str, Any], *, call: str) -> dict[str, Any]:
    """
    Return the *settings* of a pipeline, when all of them exist and have values that they may have.

    Args:
        settings: The settings by name.

        call: The user's call, such as `Pipeline('load')`. Messages begin with it.

    Raises:
        UnknownOptionError: If there is no setting of that name.

        DefinitionError: If a setting cannot have that value.
    """
    return _checked(settings, _SETTINGS, call)


def checked_group_settings(settings: Mapping[str, Any], *, call: str) -> dict[str, Any]:
    """
    Return the *settings* of a group, when all of them exist and have values that they may have.

    Args:
        settings: The settings by name.

        call: The user's call, such as `Group('load')`. Messages begin with it.

    Raises:
        UnknownOptionError: If there is no setting of that name.

        DefinitionError: If a setting cannot have that value.
    """
    return _checked(settings, _GROUP_SETTINGS, call)


def _checked(given: Mapping[str, Any], limits: Mapping[str, OptionRule], call: str) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, one in given.items():
        value = one
        limit = limits.get(name)
        if limit is None:
            _fail_unknown(name, limits, call)
        if is_lazy(value):
            if object in limit.types and name not in {"params", "pod"}:
                continue  # what only Airflow needs, such as a callback, is imported when Airflow gets it
            value = changed[name] = real(value)
        # Outputs raise at nearly every touch; a rule over the whole pipeline has a better message for them.
        if hasattr(type(value), "__flowkit_output__"):
            continue
        fault = limit.fault(value)
        if fault is not None:
            _fail_value(name, value, limit, fault, call)

    return {**given, **changed}


def _fail_unknown(name: str, limits: Mapping[str, OptionRule], call: str) -> NoReturn:
    what, hint = "which does not exist", did_you_mean(name, limits, otherwise="Remove it.")
    for home, belongs, elsewhere in _HOMES:
        if name in home:
            what, hint = f"which is {belongs}", elsewhere.format(name)
            break
    if name in _SAID_OTHERWISE:
        what, hint = "which flowkit does not take", _SAID_OTHERWISE[name]
    raise UnknownOptionError(Problem("FK005", f"{call} got {name!r}, {what}.", hint, caller()))


def _fail_value(name: str, value: object, limit: OptionRule, fault: Violation, call: str) -> NoReturn:
    # Any text may be a secret, so it is shown only where a rule says that it is a name.
    shown = fault.value or (repr(value) if isinstance(value, (bool, int, float)) else "")
    got = f"{name}={shown}" if shown else f"a wrong {name}"
    hint = fault.hint or f"Write {name}={limit.example}."
    raise DefinitionError(Problem("FK006", f"{call} got {got}: {name} {fault.why}.", hint, caller()))
