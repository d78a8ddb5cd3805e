"""
Tests of `flowkit.rules.value_rules`: which values pass, and what is said of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from flowkit.base.problems import Problem
from flowkit.model.options import TRIGGER_RULES, WEIGHT_RULES
from flowkit.model.pod import Pod
from flowkit.model.schedule import Cron
from flowkit.rules.option_rules import checked_group_settings, checked_options, checked_settings

Check = Callable[[Mapping[str, Any], list[Problem]], dict[str, Any]]


def _task(options: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    return checked_options(options, call="task('load')", problems=problems)


def _pipeline(settings: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    return checked_settings(settings, call="Pipeline('etl')", problems=problems)


def _group(settings: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    return checked_group_settings(settings, call="Group('g')", problems=problems)


def _callback(_: object) -> None: ...


class _Notifier:
    def __call__(self, context: object) -> None: ...

    def notify(self, context: object) -> None: ...


class _Strategy:
    def get_weight(self, _: object) -> int:
        return 1


@attrs.frozen
class _Params:
    day: str


@dataclass
class _DataclassParams:
    day: str


MIDNIGHT = datetime(2026, 1, 1, tzinfo=timezone.utc)

GOOD_OPTIONS: list[tuple[str, Any]] = [
    ("pod", Pod(cpu="1")),
    ("pod", None),
    ("owner", "me"),
    ("email", "a@b.c"),
    ("email", ["a@b.c"]),
    ("email", None),
    ("retries", 0),
    ("retries", None),
    ("retry_delay", 0),
    ("retry_delay", 2.5),
    ("retry_delay", timedelta(minutes=1)),
    ("retry_exponential_backoff", 2),
    ("max_retry_delay", None),
    ("start_date", MIDNIGHT),
    ("end_date", None),
    ("depends_on_past", True),
    ("params", {"a": 1}),
    ("priority_weight", -(2**31)),
    ("weight_rule", "my.plugin.Strategy"),
    ("weight_rule", _Strategy()),
    *(("weight_rule", rule) for rule in WEIGHT_RULES),
    *(("trigger_rule", rule) for rule in TRIGGER_RULES),
    ("pool_slots", 1),
    ("sla", None),
    ("execution_timeout", timedelta(seconds=1)),
    ("execution_timeout", None),
    ("on_failure_callback", _callback),
    ("on_failure_callback", _Notifier()),
    ("on_failure_callback", [_callback, _Notifier()]),
    ("on_failure_callback", None),
    ("pre_execute", _callback),
    ("max_active_tis_per_dag", None),
    ("executor_config", {"pod_override": object()}),
    ("outlets", [object()]),
    ("outlets", object()),
    ("doc_md", None),
    ("render_template_as_native_obj", None),
]

GOOD_SETTINGS: list[tuple[str, Any]] = [
    ("schedule", "@daily"),
    ("schedule", Cron("* * * * *")),
    ("schedule", None),
    ("start_date", MIDNIGHT),
    ("template_searchpath", "/a"),
    ("template_searchpath", ["/a", "/b"]),
    ("template_undefined", type("Undefined", (), {})),
    ("max_active_runs", 1),
    ("max_active_runs", None),
    ("max_consecutive_failed_dag_runs", 0),
    ("sla_miss_callback", None),
    ("catchup", False),
    ("params", {"a": 1}),
    ("params", _Params),
    ("params", _DataclassParams),
    ("params", None),
    ("tags", ["a", "b"]),
    ("tags", {"a"}),
    ("tags", ["x" * 100]),
    ("tags", None),
    ("owner_links", {"team": "https://example.com/", "me": "mailto:a@b.c"}),
    ("allowed_run_types", ["manual", "scheduled"]),
    ("is_paused_upon_creation", None),
]


@pytest.mark.parametrize(("name", "value"), GOOD_OPTIONS)
def test_good_options_pass(name: str, value: Any) -> None:
    """What Airflow takes passes, and comes back as a new dictionary."""
    given = {name: value}
    problems: list[Problem] = []
    checked = _task(given, problems)

    assert problems == []

    assert checked == given
    assert checked is not given


@pytest.mark.parametrize(("name", "value"), GOOD_SETTINGS)
def test_good_settings_pass(name: str, value: Any) -> None:
    """What Airflow takes passes, and comes back as a new dictionary."""
    given = {name: value}
    problems: list[Problem] = []
    checked = _pipeline(given, problems)

    assert problems == []

    assert checked == given
    assert checked is not given


def test_good_group_settings_pass() -> None:
    """All settings of a group at once."""
    given = {
        "group_display_name": "G",
        "prefix_group_id": False,
        "tooltip": "",
        "doc_md": None,
        "ui_color": "#fff",
        "ui_fgcolor": "red",
    }

    problems: list[Problem] = []
    assert _group(given, problems) == given
    assert problems == []


BAD_OPTIONS: list[tuple[str, Any, str, str]] = [
    ("retries", -1, "retries=-1: retries must be 0 or more.", "Write retries=3."),
    ("retries", True, "retries=True: retries must be an integer, not bool.", "Write retries=3."),
    ("retries", 1.5, "retries=1.5: retries must be an integer, not float.", "Write retries=3."),
    ("retries", "3", "an invalid retries: retries must be an integer, not str.", "Write retries=3."),
    ("pool_slots", 0, "pool_slots=0: pool_slots must be 1 or more.", "Write pool_slots=1."),
    (
        "pool_slots",
        None,
        "an invalid pool_slots: pool_slots must be an integer, not None.",
        "Leave it out for the default.",
    ),
    (
        "priority_weight",
        2**31,
        "priority_weight=2147483648: priority_weight must be 2147483647 or less.",
        "Write priority_weight=10.",
    ),
    ("retries", 2**31, "retries=2147483648: retries must be 2147483647 or less.", "Write retries=3."),
    (
        "queue",
        "q" * 257,
        "an invalid queue: queue has 257 characters; Airflow allows 256 at most.",
        "Choose a shorter one.",
    ),
    (
        "owner",
        "o" * 501,
        "an invalid owner: owner has 501 characters; Airflow allows 500 at most.",
        "Choose a shorter one.",
    ),
    (
        "trigger_rule",
        "all_sucess",
        "trigger_rule='all_sucess': trigger_rule must be a name that Airflow knows.",
        "Did you mean 'all_success'?",
    ),
    (
        "weight_rule",
        "upstrem",
        "weight_rule='upstrem': weight_rule must be a name that Airflow knows.",
        "Did you mean 'upstream'?",
    ),
    (
        "weight_rule",
        7,
        "weight_rule=7: weight_rule must be a name or a strategy with get_weight().",
        'Write weight_rule="downstream".',
    ),
    (
        "weight_rule",
        None,
        "an invalid weight_rule: weight_rule must be a name, not None.",
        "Leave it out for the default.",
    ),
    (
        "execution_timeout",
        60,
        "execution_timeout=60: execution_timeout must be a timedelta, not int.",
        "Write execution_timeout=timedelta(hours=1).",
    ),
    (
        "execution_timeout",
        timedelta(0),
        "an invalid execution_timeout: execution_timeout must be positive.",
        "Write execution_timeout=timedelta(hours=1).",
    ),
    (
        "retry_delay",
        timedelta(-1),
        "an invalid retry_delay: retry_delay must be 0 or more, and finite.",
        "Write retry_delay=timedelta(minutes=5).",
    ),
    (
        "start_date",
        "2026-01-01",
        "an invalid start_date: start_date must be a datetime, not str.",
        "Write start_date=datetime(2026, 1, 1).",
    ),
    (
        "start_date",
        date(2026, 1, 1),
        "an invalid start_date: start_date must be a datetime, not date.",
        "Write start_date=datetime(2026, 1, 1).",
    ),
    (
        "on_failure_callback",
        "tell_us",
        "an invalid on_failure_callback: on_failure_callback must be a function, not str.",
        "Pass the function itself, without calling it.",
    ),
    (
        "on_failure_callback",
        [_callback, None],
        "an invalid on_failure_callback: on_failure_callback must be a function, not NoneType.",
        "Pass the function itself, without calling it.",
    ),
    (
        "on_failure_callback",
        _Notifier,
        "an invalid on_failure_callback: on_failure_callback must be a notifier, not the class _Notifier.",
        "Write _Notifier(…).",
    ),
    (
        "pre_execute",
        [_callback],
        "an invalid pre_execute: pre_execute must be a function, not list.",
        "Pass the function itself, without calling it.",
    ),
    ("pod", {"cpu": "500m"}, "an invalid pod: pod must be a Pod, not dict.", 'Write pod=Pod(cpu="500m").'),
    ("email", ["a@b.c", 1], "an invalid email: email must contain strings, not int.", 'Write email="…".'),
    (
        "outlets",
        "s3://a",
        "an invalid outlets: outlets must be assets, not str.",
        'Write outlets=[Asset("…")].',
    ),
    (
        "params",
        {1: 1},
        "an invalid params: params must have strings as names, not int.",
        'Write params={"name": …}.',
    ),
    (
        "sla",
        timedelta(1),
        "an invalid sla: sla has had no effect since Airflow 3.0.",
        "Set deadline=DeadlineAlert(…) on the pipeline.",
    ),
    (
        "retry_policy",
        object(),
        "an invalid retry_policy: retry_policy must be a RetryPolicy, not object.",
        "Write retry_policy=ExceptionRetryPolicy(…).",
    ),
    (
        "depends_on_past",
        1,
        "depends_on_past=1: depends_on_past must be True or False, not int.",
        "Write depends_on_past=True.",
    ),
]

BAD_SETTINGS: list[tuple[str, Any, str, str]] = [
    (
        "tags",
        "etl",
        "an invalid tags: tags must be a list of strings; a single string would become one tag per letter.",
        "Write tags=['etl'].",
    ),
    ("tags", ["a", 1], "an invalid tags: tags must contain strings, not int.", 'Write tags=["…"].'),
    (
        "tags",
        ["y" * 101],
        "an invalid tags: tags has a tag of 101 characters; Airflow allows 100 at most.",
        "Shorten 'yyyyyyyyyyyyyyyyyyyy'….",
    ),
    (
        "max_active_runs",
        0,
        "max_active_runs=0: max_active_runs must be 1 or more.",
        "Write max_active_runs=1.",
    ),
    ("catchup", "no", "an invalid catchup: catchup must be True or False, not str.", "Write catchup=True."),
    (
        "params",
        [1],
        "an invalid params: params must be a mapping, an attrs class or a dataclass, not list.",
        'Write params={"name": …}.',
    ),
    (
        "allowed_run_types",
        "manual",
        "allowed_run_types='manual': allowed_run_types must be a list of names.",
        "Write allowed_run_types=['manual'].",
    ),
    (
        "allowed_run_types",
        ["manuel"],
        "allowed_run_types='manuel': allowed_run_types must be a name that Airflow knows.",
        "Did you mean 'manual'?",
    ),
    (
        "deadline",
        timedelta(1),
        "an invalid deadline: deadline must be a DeadlineAlert, not timedelta.",
        "Write deadline=DeadlineAlert(…).",
    ),
    (
        "owner_links",
        {"team": "example.com"},
        "an invalid owner_links: owner_links must have a complete URL or a mailto: link for 'team'.",
        'Write owner_links={"team": "https://…"}.',
    ),
    (
        "template_searchpath",
        ["/a", 1],
        "an invalid template_searchpath: template_searchpath must contain strings, not int.",
        'Write template_searchpath=["…"].',
    ),
]


@pytest.mark.parametrize(
    ("check", "call", "name", "value", "message", "hint"),
    [(_task, "task('load')", *row) for row in BAD_OPTIONS]
    + [(_pipeline, "Pipeline('etl')", *row) for row in BAD_SETTINGS]
    + [
        (
            _group,
            "Group('g')",
            "tooltip",
            None,
            "an invalid tooltip: tooltip must be a string, not None.",
            "Leave it out for the default.",
        )
    ],
)
def test_bad_values_are_refused(
    *, check: Check, call: str, name: str, value: Any, message: str, hint: str
) -> None:
    """A wrong value fails at the line of the call: whose it is, what it must be, what to write."""
    problems: list[Problem] = []

    assert check({name: value}, problems) == {}
    (problem,) = problems
    assert (problem.code, problem.message, problem.hint) == ("FK006", f"{call} got {message}", hint)
    assert problem.location is not None
    assert problem.location.file == __file__
