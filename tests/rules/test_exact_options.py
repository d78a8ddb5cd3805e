"""
Options, settings and defaults become exact; what Airflow cannot store is a problem of the call that got it.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from flowkit import FlowkitError, Group, Pipeline, Pod, task
from flowkit.base.errors import problems_of
from flowkit.model.pipeline import PipelineSpec
from flowkit.rules.option_rules import _GROUP_SETTINGS, _OPTIONS, _SETTINGS

np: Any = pytest.importorskip("numpy")
LAST_MOMENT = datetime.max  # noqa: DTZ901 - without a time zone, as most users write it


class Text(str):
    __slots__ = ()


class Rule(str, enum.Enum):
    ALL_DONE = "all_done"


def _task(**options: Any) -> PipelineSpec:
    return Pipeline("p").task("a", **options).build()


def _value(option: str, value: Any) -> Any:
    return _task(**{option: value}).tasks[0].options[option]


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("owner", Text("me"), "me"),
        ("retries", np.int64(3), 3),
        ("retry_delay", np.float64(3), 3.0),
        ("retry_delay", np.timedelta64(3, "m"), timedelta(minutes=3)),
        ("depends_on_past", np.bool_(True), True),
        ("trigger_rule", Rule.ALL_DONE, "all_done"),
        ("start_date", np.datetime64("2026-01-01T00:00"), datetime(2026, 1, 1)),
        ("params", {Text("rows"): [np.int64(3)]}, {"rows": [3]}),
        ("email", [Text("a@b.c")], ["a@b.c"]),
        ("executor_config", {"a": (np.str_("b"),)}, {"a": ("b",)}),
    ],
)
def test_options_become_exact(option: str, value: Any, expected: Any) -> None:
    given = _value(option, value)
    assert given == expected
    assert type(given) is type(expected)
    assert repr(given) == repr(expected), "so is what is inside"


CALLS: dict[str, Callable[..., Any]] = {
    "task": lambda **given: Pipeline("p").task("a", **given).build(),
    "value": lambda **given: Pipeline("p").then(task("a", **given)).build(),
    "defaults": lambda **given: Pipeline("p").defaults(**given).task("a").build(),
    "group": lambda **given: Pipeline("p").then(Group("g").defaults(**given).task("a")).build(),
}
ENDLESS: Any = {}
ENDLESS["a"] = [ENDLESS]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        (
            "doc_md",
            "\udce4",
            "must not be a value of type str that contains a lone surrogate: Airflow cannot",
        ),
        (
            "owner",
            Text("a\0"),
            "must not be a value of type Text that contains a NUL character: PostgreSQL cannot",
        ),
        ("retries", 10**5000, "must not be a value of type int with 16610 bits: Airflow stores integers"),
        (
            "retry_delay",
            math.inf,
            "must not be a value of type float that is infinite: JSON has no such number",
        ),
        (
            "execution_timeout",
            timedelta.max,
            "must not be a value of type timedelta that is too long: Airflow stores",
        ),
        (
            "start_date",
            LAST_MOMENT,
            "must not be a value of type datetime that is too far from today: Airflow stores",
        ),
        (
            "executor_config",
            {"a": PurePosixPath("\udce4")},
            "must not contain a value of type PurePosixPath whose text contains a lone surrogate: ",
        ),
        (
            "params",
            {"a": [math.nan]},
            "must not contain a value of type float that is NaN: JSON has no such number",
        ),
        (
            "params",
            ENDLESS,
            "must not be a value of type dict that contains itself or is nested too deeply: ",
        ),
        (
            "executor_config",
            ENDLESS,
            "must not be a value of type dict that contains itself or is nested too",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isidentifier() else "",
)
def test_fk006_what_airflow_cannot_store(call: Callable[..., Any], option: str, value: Any, why: str) -> None:
    with pytest.raises(FlowkitError) as caught:
        call(**{option: value})
    (problem,) = problems_of(caught.value)
    assert problem.code == "FK006"
    assert f"got an invalid {option}: {option} {why}" in problem.message
    assert problem.location is not None
    assert problem.location.file == __file__


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("description", "\udce4"),
        ("tags", ["a", "\0"]),
        ("tags", {Text("\udce4")}),
        ("owner_links", {"me": "https://a\udce4"}),
        ("params", {"rows": 2**64}),
        ("dagrun_timeout", timedelta.max),
        ("end_date", LAST_MOMENT),
        ("schedule", timedelta.max),
        ("access_control", {"role": {"\udce4"}}),
        ("max_active_runs", 2**64),
    ],
)
def test_fk006_settings(setting: str, value: Any) -> None:
    with pytest.raises(
        FlowkitError, match=rf"FK006 Pipeline\('p'\) got an invalid {setting}: {setting} must not "
    ):
        Pipeline("p", **{setting: value}).task("a").build()


@pytest.mark.parametrize("setting", ["tooltip", "group_display_name", "doc_md", "ui_color"])
def test_fk006_settings_of_groups(setting: str) -> None:
    group: Any = Group
    with pytest.raises(
        FlowkitError, match=rf"FK006 Group\('g'\) got an invalid {setting}: {setting} must not "
    ):
        Pipeline("p").then(group("g", **{setting: "\udce4"}).task("a")).build()


def test_settings_become_exact() -> None:
    settings: dict[str, Any] = {
        "tags": {Text("x")},
        "params": {"a": np.float64(1.5)},
        "schedule": Text("@daily"),
    }
    spec: Any = Pipeline("p", **settings).task("a").build()
    assert [type(tag) for tag in spec.settings["tags"]] == [str]
    assert type(spec.settings["params"]["a"]) is float
    assert type(spec.settings["schedule"]) is str


@pytest.mark.parametrize("option", ["retry_delay", "max_retry_delay"])
@pytest.mark.parametrize("seconds", [1e14, 10**15, 2**63])
def test_fk006_delays_that_no_timedelta_can_express(option: str, seconds: float) -> None:
    with pytest.raises(FlowkitError, match=f"{option} must be shorter than timedelta.max"):
        _task(**{option: seconds})


def test_pods_become_exact() -> None:
    pod = Pod(env={Text("A"): Text("x"), "B": "y"}, labels={"team": "core"})
    changed = _value("pod", pod)
    assert changed == Pod(env={"A": "x", "B": "y"}, labels={"team": "core"})
    assert hash(changed) == hash(Pod(env={"A": "x", "B": "y"}, labels={"team": "core"}))
    assert [(type(key), type(value)) for key, value in changed.env.items()] == [(str, str)] * 2
    plain = Pod(env={"B": "y"})
    assert _value("pod", plain) is plain


def test_fk006_pods() -> None:
    with pytest.raises(
        FlowkitError, match=r"FK006 .*pod must not contain a value of type str that contains a lone"
    ):
        Pipeline("p").task("a", pod=Pod(env={"A": "\udce4"})).build()


def test_what_airflow_does_not_store_is_left_alone() -> None:
    macros: dict[str, Any] = {"limit": math.inf, "rows": np.int64(3), "rule": Rule.ALL_DONE}
    spec = Pipeline("p", user_defined_macros=macros).task("a").build()
    assert spec.settings["user_defined_macros"] is macros


def test_functions_are_not_stored() -> None:
    """The table knows which options hold what only the process that loads the file needs."""
    unstored = {
        name
        for table in (_OPTIONS, _SETTINGS, _GROUP_SETTINGS)
        for name, rule in table.items()
        if not rule.stored
    }
    assert unstored == {
        *(f"on_{event}_callback" for event in ("execute", "failure", "success", "retry", "skipped")),
        "jinja_environment_kwargs",
        "post_execute",
        "pre_execute",
        "retry_policy",
        "user_defined_filters",
        "user_defined_macros",
    }
