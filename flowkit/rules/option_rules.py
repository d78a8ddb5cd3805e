"""
Which options and settings exist, and which values each of them accepts.

The tables have one `OptionRule` for each name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from flowkit.base.call_site import caller
from flowkit.base.interruption import is_interruption
from flowkit.base.lazy_names import is_lazy, real
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.recording import problems_from, recorded_in
from flowkit.base.suggestions import did_you_mean
from flowkit.model.inexact import InexactError
from flowkit.rules.value_rules import (
    BACKOFF,
    CALLBACKS,
    DATE,
    DELAY,
    EMAIL,
    FLAG,
    FOLDERS,
    HOOK,
    MAPPING,
    MAX_INTEGER,
    REMOVED,
    SPAN,
    TEXT,
    UNSTORED_MAPPING,
    OptionRule,
    Violation,
    are_assets,
    are_deadlines,
    are_json_values,
    are_links,
    are_params,
    are_resources,
    are_run_types,
    are_tags,
    count,
    is_pod,
    is_retry_policy,
    is_schedule,
    is_trigger_rule,
    is_weight_rule,
    of_any_type,
    or_none,
    text,
)

_MAX_SHOWN_INT = 10**12
_SCALARS = frozenset({str, int, float, bool, type(None)})

__all__ = [
    "TASK_OPTIONS",
    "checked_defaults",
    "checked_group_settings",
    "checked_options",
    "checked_settings",
]

_OPTIONS: Mapping[str, OptionRule] = {
    "pod": of_any_type("a Pod", 'Pod(cpu="500m")', is_pod),
    "owner": text(500),
    "email": EMAIL,
    "email_on_retry": FLAG,
    "email_on_failure": FLAG,
    "retries": or_none(count(0, "3")),
    "retry_delay": DELAY,
    "retry_exponential_backoff": BACKOFF,
    "max_retry_delay": or_none(DELAY),
    "retry_policy": evolve(
        of_any_type("a RetryPolicy", "ExceptionRetryPolicy(…)", is_retry_policy), stored=False
    ),
    "start_date": DATE,
    "end_date": DATE,
    "depends_on_past": FLAG,
    "ignore_first_depends_on_past": FLAG,
    "wait_for_past_depends_before_skipping": FLAG,
    "wait_for_downstream": FLAG,
    "params": evolve(MAPPING, check=are_json_values),
    "priority_weight": count(-MAX_INTEGER - 1, "10"),
    "weight_rule": evolve(of_any_type("a name", '"downstream"', is_weight_rule), none=False),
    "queue": text(256),
    "pool": or_none(text(256)),
    "pool_slots": count(1, "1"),
    "sla": REMOVED,
    "execution_timeout": SPAN,
    "on_execute_callback": CALLBACKS,
    "on_failure_callback": CALLBACKS,
    "on_success_callback": CALLBACKS,
    "on_retry_callback": CALLBACKS,
    "on_skipped_callback": CALLBACKS,
    "pre_execute": HOOK,
    "post_execute": HOOK,
    "trigger_rule": OptionRule(types=(str,), takes="a name", example='"all_done"', check=is_trigger_rule),
    "resources": evolve(MAPPING, example='{"cpus": 2}', check=are_resources),
    "run_as_user": or_none(TEXT),
    "map_index_template": or_none(TEXT),
    "max_active_tis_per_dag": or_none(count(1, "1")),
    "max_active_tis_per_dagrun": or_none(count(1, "1")),
    "executor": or_none(text(1_000)),
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
    "task_display_name": or_none(text(2_000)),
    "logger_name": or_none(TEXT),
    "allow_nested_operators": FLAG,
    "render_template_as_native_obj": or_none(FLAG),
}

TASK_OPTIONS = frozenset(_OPTIONS)
"""The names of all options of tasks."""

_SETTINGS: Mapping[str, OptionRule] = {
    "schedule": of_any_type("a schedule", '"@daily"', is_schedule),
    "start_date": DATE,
    "end_date": DATE,
    "description": or_none(TEXT),
    "template_searchpath": FOLDERS,
    "template_undefined": OptionRule(types=(type,), takes="a Jinja class", example="jinja2.StrictUndefined"),
    "user_defined_macros": UNSTORED_MAPPING,
    "user_defined_filters": UNSTORED_MAPPING,
    "max_active_tasks": or_none(count(1, "16")),
    "max_active_runs": or_none(count(1, "1")),
    "max_consecutive_failed_dag_runs": or_none(count(0, "3")),
    "dagrun_timeout": SPAN,
    "deadline": of_any_type("a DeadlineAlert", "DeadlineAlert(…)", are_deadlines),
    "sla_miss_callback": REMOVED,
    "catchup": FLAG,
    "on_success_callback": CALLBACKS,
    "on_failure_callback": CALLBACKS,
    "doc_md": or_none(TEXT),
    "params": of_any_type("values by name", '{"name": …}', are_params),
    "access_control": MAPPING,
    "is_paused_upon_creation": or_none(FLAG),
    "jinja_environment_kwargs": UNSTORED_MAPPING,
    "render_template_as_native_obj": FLAG,
    "tags": OptionRule(
        types=(Collection,), takes="a list of strings", example='["…"]', none=True, check=are_tags
    ),
    "owner_links": evolve(MAPPING, example='{"team": "https://…"}', none=False, check=are_links),
    "fail_fast": FLAG,
    "allowed_run_types": evolve(
        of_any_type("a list of run types", '["manual"]', are_run_types), keeps_members=True
    ),
    "dag_display_name": text(2_000),
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

# What each table holds, and where its names belong.
_TABLES = (
    (_OPTIONS, "an option of tasks", "Pass it to task(…) or to .defaults({}=…)."),
    (_SETTINGS, "a setting of pipelines", "Pass it to Pipeline(…, {}=…)."),
    (_GROUP_SETTINGS, "a setting of groups", "Pass it to Group(…, {}=…)."),
)

# Names that people know from Airflow, and what replaces them.
_REPLACEMENTS: Mapping[str, str] = {
    **dict.fromkeys(("task_id", "dag_id", "group_id"), "The id is the first argument."),
    **dict.fromkeys(
        ("dag", "task_group", "parent_group"), "Place the task or group with .then(…) or .add(…)."
    ),
    **dict.fromkeys(("cpu", "memory"), 'Write pod=Pod(cpu="500m", memory="1Gi").'),
    **dict.fromkeys(
        ("schedule_interval", "timetable"), "Airflow 3 calls it schedule: Pipeline(…, schedule=…)."
    ),
    "default_args": "Pass options of tasks to .defaults(…), and arguments of operators to .operator_defaults(…).",
    "auto_register": "Leave it out: use register(…).",
    "add_suffix_on_collision": "Give each group an id of its own.",
    "concurrency": "Airflow 3 calls it max_active_tasks: Pipeline(…, max_active_tasks=…).",
    "task_concurrency": "Airflow 3 calls it max_active_tis_per_dag.",
    "fail_stop": "Airflow 3 calls it fail_fast: Pipeline(…, fail_fast=…).",
}


def checked_options(
    options: Mapping[str, Any], *, call: str, problems: list[Problem], own: Collection[str] = ()
) -> dict[str, Any]:
    """
    Return the *options* of a task that exist and have valid values; the others are added to *problems*.

    Args:
        options: The options by name.

        call: The user's call, such as `task('load')`. Messages begin with it.

        problems: Gets what is wrong, at the line of the user's call.

        own: The other arguments of the call, to suggest for a misspelt name.
    """
    return _checked(options, _OPTIONS, call, problems, partial(_nearest, [*_OPTIONS, *own]))


def checked_defaults(options: Mapping[str, Any], *, call: str, problems: list[Problem]) -> dict[str, Any]:
    """
    Return the *options* of `.defaults(…)`, otherwise the same as `checked_options`.
    """

    def hint(name: str) -> str:
        otherwise = f"If it is an argument of operators, write .operator_defaults({name}=…)."
        return did_you_mean(name, _OPTIONS, otherwise=otherwise)

    return _checked(options, _OPTIONS, call, problems, hint)


def _nearest(known: Collection[str], name: str) -> str:
    return did_you_mean(name, known, otherwise="Remove it.")


def checked_settings(
    settings: Mapping[str, Any], *, call: str, problems: list[Problem], own: Collection[str] = ()
) -> dict[str, Any]:
    """
    Return the *settings* of a pipeline that exist and have valid values; otherwise the same as `checked_options`.
    """
    return _checked(settings, _SETTINGS, call, problems, partial(_nearest, [*_SETTINGS, *own]))


def checked_group_settings(
    settings: Mapping[str, Any], *, call: str, problems: list[Problem], own: Collection[str] = ()
) -> dict[str, Any]:
    """
    Return the *settings* of a group that exist and have valid values; otherwise the same as `checked_options`.
    """
    return _checked(settings, _GROUP_SETTINGS, call, problems, partial(_nearest, [*_GROUP_SETTINGS, *own]))


def _checked(
    options: Mapping[str, Any],
    rules: Mapping[str, OptionRule],
    call: str,
    problems: list[Problem],
    hint: Callable[[str], str],
) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for name, given in options.items():
        rule = rules.get(name)
        if rule is None:
            problems.append(_unknown(name, call, hint))
            continue
        try:
            value, recorded, violation = _examined(given, rule, name)
        except InexactError as error:
            message = f"{call} got an invalid {name}: {name} {error.why}."
            problems.append(Problem("FK006", message, error.hint, caller()))
            continue
        except BaseException as error:
            if is_interruption(error):
                raise
            problems.extend(problems_from(error, f"{call} got a value for {name}", given))
            continue
        if violation is not None:
            problems.append(_invalid_value(name, value, rule, violation, call))
        elif recorded:
            problems.extend(recorded)
        else:
            checked[name] = value

    return checked


def _examined(given: Any, rule: OptionRule, name: str) -> tuple[Any, tuple[Problem, ...], Violation | None]:
    """
    Return the value that is kept for an option, what its own call has recorded, and why the rule refuses it.

    Raises:
        InexactError: If Airflow cannot store it.
    """
    value = given
    if type(value) in _SCALARS:  # nearly all
        value = rule.exact(value)
        return value, (), rule.violation(value)
    if is_lazy(value):
        if object in rule.types and name not in {"params", "pod"}:
            return value, (), None  # what only Airflow needs, such as a callback, is imported for Airflow
        value = real(value)
    # Most operations on outputs raise; a rule over the whole pipeline has a better message for them.
    if hasattr(type(value), "__flowkit_output__"):
        return value, (), None
    recorded = recorded_in(value)
    if recorded:
        return value, recorded, None
    value = rule.exact(value)
    return value, (), rule.violation(value)


def _unknown(name: str, call: str, hint_of: Callable[[str], str]) -> Problem:
    reason, hint = "which does not exist", hint_of(name)
    for table, kind, correct in _TABLES:
        if name in table:
            reason, hint = f"which is {kind}", correct.format(name)
            break
    if name in _REPLACEMENTS:
        reason, hint = "which flowkit does not accept", _REPLACEMENTS[name]
    return Problem("FK005", f"{call} got {name!r}, {reason}.", hint, caller())


def _invalid_value(name: str, value: object, rule: OptionRule, violation: Violation, call: str) -> Problem:
    # Any string may be a secret, so it is shown only if a rule declares it to be a name.
    shown = violation.value or _number_text(value)
    got = f"{name}={shown}" if shown else f"an invalid {name}"
    hint = violation.hint or f"Write {name}={rule.example}."
    return Problem("FK006", f"{call} got {got}: {name} {violation.why}.", hint, caller())


def _number_text(value: object) -> str:
    # Python refuses to write very long integers.
    is_short = type(value) in {bool, float} or (type(value) is int and abs(value) < _MAX_SHOWN_INT)
    return repr(value) if is_short else ""
