"""
When pipelines run next: as Airflow would have it.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta

from flowkit import Pipeline, cron
from flowkit.base.sensitive import Masking
from flowkit.report.plan import plan_of
from flowkit.report.plan_values import Writer
from flowkit.report.schedule_text import has_next_runs, next_runs, schedule_text

NOW = datetime(2026, 3, 28, 12, 30, tzinfo=timezone.utc)
BERLIN = ZoneInfo("Europe/Berlin")


def _settings(**settings: Any) -> dict[str, Any]:
    written: dict[str, Any] = plan_of(Pipeline("p", **settings).task("t").build(), Writer(Masking()))[
        "settings"
    ]
    return written


@pytest.mark.parametrize(
    ("expression", "zone", "now"),
    [
        ("0 5 * * *", "UTC", NOW),
        ("*/15 * * * *", "Europe/Berlin", NOW),
        ("30 2 * * *", "Europe/Berlin", NOW),
        ("30 2 * * *", "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=timezone.utc)),
        ("*/30 * * * *", "Europe/Berlin", datetime(2026, 10, 24, 23, 40, tzinfo=timezone.utc)),
        ("15 * * * *", "Europe/Berlin", datetime(2026, 3, 29, 0, 0, tzinfo=timezone.utc)),
        ("0 */2 * * *", "Europe/Berlin", datetime(2026, 3, 28, 22, 0, tzinfo=timezone.utc)),
        ("0 3 * * 1-5", "America/New_York", NOW),
        ("0 0 1 */3 *", "Asia/Tokyo", NOW),
        ("0 12 29 2 *", "UTC", NOW),
    ],
)
def test_next_runs_are_those_of_airflow(expression: str, zone: str, now: datetime) -> None:
    """Also over the nights in which the clock changes."""
    import pendulum
    from airflow.timetables.trigger import CronTriggerTimetable

    timetable: Any = CronTriggerTimetable(expression, timezone=zone)  # pyright: ignore[reportAbstractUsage]
    expected, time = [], pendulum.instance(now)
    for _ in range(5):
        time = timetable._get_next(time)
        expected.append(time.timestamp())

    found = next_runs(_settings(schedule=cron(expression, timezone=zone)), now)

    assert [run.timestamp() for run in found] == expected


def test_the_zone_is_that_of_the_start_date() -> None:
    """As in Airflow, when the expression has none of its own; without either it is UTC."""
    start = datetime(2026, 1, 1, tzinfo=BERLIN)
    (first,) = next_runs(_settings(schedule="@daily", start_date=start), NOW, 1)
    (without,) = next_runs(_settings(schedule="@daily"), NOW, 1)

    assert str(first) == "2026-03-29 00:00:00+01:00"
    assert str(without) == "2026-03-29 00:00:00+00:00"
    assert (
        schedule_text(_settings(schedule="@daily", start_date=start)) == "@daily (0 0 * * *, Europe/Berlin)"
    )


def test_runs_keep_within_start_and_end() -> None:
    """The first may fall on the start itself, the last on the end."""
    settings = _settings(schedule="@daily", start_date=datetime(2026, 5, 1), end_date=datetime(2026, 5, 3))
    runs = next_runs(settings, NOW)

    assert [run.day for run in runs] == [1, 2, 3]
    assert next_runs(settings, datetime(2026, 6, 1, tzinfo=timezone.utc)) == ()


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (None, "none: it runs when it is triggered"),
        ("@once", "@once (once, as soon as it is not paused)"),
        ("@continuous", "@continuous (again whenever the last run has ended)"),
        ("@hourly", "@hourly (0 * * * *, UTC)"),
        (cron("0 5 * * *", timezone="Europe/Berlin"), "0 5 * * * (Europe/Berlin)"),
        (timedelta(hours=2), "every 2:00:00, counted from its first run"),
        (relativedelta(months=1), "every relativedelta(months=1), counted from its first run"),
    ],
)
def test_each_kind_of_schedule_has_words(schedule: Any, text: str) -> None:
    """Those of Airflow, and for what has no times of its own what starts it."""
    settings = _settings(schedule=schedule, max_active_runs=1)

    assert schedule_text(settings) == text
    assert has_next_runs(settings) == bool(next_runs(settings, NOW))


def test_assets_and_timetables_have_words() -> None:
    """What must be updated, and how; or whom Airflow asks."""
    from airflow.sdk import Asset, AssetOrTimeSchedule, CronTriggerTimetable

    orders, users = Asset("orders"), Asset("users")
    timetable = CronTriggerTimetable("0 1 * * *", timezone="UTC")

    assert schedule_text(_settings(schedule=orders)) == "after an update of 'orders'"
    assert schedule_text(_settings(schedule=[orders, users])) == "after an update of 'orders' and 'users'"
    assert schedule_text(_settings(schedule=(orders | users))) == "after an update of ('orders' or 'users')"
    both = schedule_text(_settings(schedule=AssetOrTimeSchedule(timetable=timetable, assets=orders)))
    assert both.startswith("after an update of 'orders' (AssetOrTimeSchedule), or as CronTriggerTimetable(")
    assert schedule_text(_settings(schedule=timetable)).startswith("as the timetable CronTriggerTimetable(")
