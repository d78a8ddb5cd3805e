"""
Tests of `flowkit.resolve.schedule_rules`, without Airflow: stand-ins have what the rules look at.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Annotated, Any

import attrs
import pytest

from flowkit import Form, Pipeline, cron
from tests.resolve.locations import problems


def build(**settings: Any) -> Pipeline:
    """Return a pipeline of one task."""
    return Pipeline("p", **settings).task("a")


def told(**settings: Any) -> str:
    """Return the problem of a pipeline with these settings, without its line."""
    [problem] = problems(build(**settings))
    return problem.partition(": ")[2]


TIMETABLE = SimpleNamespace(can_be_scheduled=True, active_runs_limit=2, validate=lambda: None)
ASSET = SimpleNamespace(name="orders", uri="orders")
ASSETS_OR_TIME = SimpleNamespace(can_be_scheduled=True, asset_condition=ASSET)
REQUIRED = SimpleNamespace(resolve=None, schema={"type": "integer"}, value=type("ArgNotSet", (), {})())


@pytest.mark.parametrize(
    "schedule", ["@daily", "@once", cron("0 6 * * *"), timedelta(days=1), [ASSET], TIMETABLE]
)
def test_catchup_needs_a_start(schedule: object) -> None:
    """With every kind of schedule; a start date in the defaults counts."""
    runs = {"max_active_runs": 1}
    assert told(schedule=schedule, catchup=True, **runs) == (
        "FK122 The pipeline has a schedule with catchup=True and no start_date: Airflow does not know from when on to "
        "catch up. Write Pipeline(…, start_date=datetime(2026, 1, 1)), or catchup=False."
    )
    start = datetime(2026, 1, 1)
    assert build(schedule=schedule, catchup=True, start_date=start, **runs).build()
    assert build(schedule=schedule, catchup=True, **runs).defaults(start_date=start).build()
    assert build(schedule=schedule, **runs).build()
    assert build(catchup=True).build()


def test_catchup_of_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts like a setting, which wins over it."""
    monkeypatch.setenv("AIRFLOW__SCHEDULER__CATCHUP_BY_DEFAULT", "True")
    assert "[scheduler] catchup_by_default is on" in told(schedule="@daily")
    assert build(schedule="@daily", catchup=False).build()


@pytest.mark.parametrize(
    ("settings", "needed"),
    [
        ({"schedule": "@daily", "allowed_run_types": ["manual"]}, "has a schedule, but .* 'scheduled'"),
        ({"schedule": [ASSET], "allowed_run_types": ["manual"]}, "by assets, but .* 'asset_triggered'"),
        ({"allowed_run_types": ["scheduled"]}, "has no schedule, but .* 'manual'"),
        (
            {"schedule": SimpleNamespace(can_be_scheduled=False), "allowed_run_types": ["scheduled"]},
            "'manual'",
        ),
        (
            {
                "schedule": SimpleNamespace(can_be_scheduled=True, asset_condition=ASSET),
                "allowed_run_types": ["manual"],
            },
            "'asset_triggered'",
        ),
    ],
)
def test_allowed_run_types_include_those_of_the_schedule(settings: dict[str, Any], needed: str) -> None:
    """Airflow refuses others."""
    assert re.search(needed, told(**settings))
    assert build(**{**settings, "allowed_run_types": ["manual", "scheduled", "asset_triggered"]}).build()


def test_a_schedule_with_a_limit_of_active_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow's default is more than "@continuous" allows."""
    assert told(schedule="@continuous") == (
        "FK122 The schedule '@continuous' allows 1 active run at a time, but max_active_runs is 16, Airflow's default. "
        "Write Pipeline(…, max_active_runs=1)."
    )
    assert "max_active_runs is 3. Write" in told(schedule=TIMETABLE, max_active_runs=3)
    assert build(schedule="@continuous", max_active_runs=1).build()
    monkeypatch.setenv("AIRFLOW__CORE__MAX_ACTIVE_RUNS_PER_DAG", "1")
    assert build(schedule="@continuous").build()


def test_a_timetable_that_is_not_valid() -> None:
    """As Airflow does, flowkit asks the timetable itself."""

    def validate() -> None:
        raise ValueError

    wrong = SimpleNamespace(can_be_scheduled=True, validate=validate)
    assert told(schedule=wrong).startswith(
        "FK003 The timetable SimpleNamespace is not valid: its validate() raised"
    )


@attrs.frozen
class Wrong:
    """
    Params with a default that does not match.
    """

    code: Annotated[str, Form(pattern="^[A-Z]+$")] = "abc"


@pytest.mark.parametrize(
    "params",
    [
        {"rows": SimpleNamespace(resolve=None, schema={"type": "integer"}, value="x")},
        {"rows": SimpleNamespace(resolve=None, schema={"type": "integer"}, value=None)},
        {"rows": SimpleNamespace(resolve=None, schema={"type": "intger"}, value=1)},
        {"day": SimpleNamespace(resolve=None, schema={"type": "string", "format": "date"}, value="x")},
        Wrong,
    ],
)
def test_defaults_that_their_schema_rejects(params: Any) -> None:
    """With a schedule, Airflow rejects the pipeline; without one, a person can correct the value."""
    assert "params whose defaults do not match their own schema: '" in told(schedule="@daily", params=params)
    assert build(params=params).build()


def test_params_without_a_value() -> None:
    """Airflow's own params are judged like the fields of a class; plain values are defaults."""
    assert "params without defaults, which the scheduler cannot fill: 'rows'" in told(
        schedule="@daily", params={"rows": REQUIRED, "other": 3}
    )
    assert build(params={"rows": REQUIRED}).build()
    assert build(schedule="@daily", params={"rows": None, "other": [1]}).build()
