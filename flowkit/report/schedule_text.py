"""
When a pipeline runs: a description of its schedule, and its next runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flowkit.report.value_text import format_value, short_name

_CRONS: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
}
_PRESET_TEXTS: Final = {
    "@once": "once, as soon as it is not paused",
    "@continuous": "again whenever the last run has ended",
}


def schedule_text(settings: Mapping[str, Any]) -> str:
    """
    Describe what starts the runs of a pipeline with these *settings* of a plan.
    """
    schedule = settings.get("schedule")
    if schedule is None:
        return "none: it runs when it is triggered"
    if isinstance(schedule, str):
        words = _PRESET_TEXTS.get(schedule) or f"{_CRONS.get(schedule, '?')}, {_zone_name(settings)}"
        return f"{schedule} ({words})"
    if isinstance(schedule, list):
        return f"after an update of {' and '.join(_asset(one) for one in schedule)}"
    kind = schedule.get("$")
    if kind == "cron":
        return f"{schedule['expression']} ({_zone_name(settings)})"
    if kind == "timedelta":
        return f"every {schedule['text']}, counted from its first run"
    if kind in {"tuple", "set"}:
        return schedule_text({**settings, "schedule": schedule["items"]})
    if "relativedelta" in str(kind):
        return f"every {format_value(schedule)}, counted from its first run"
    if short_name(str(kind)).startswith("Asset") and "imetable" not in str(kind):
        return f"after an update of {_asset(schedule)}"
    if isinstance(schedule.get("asset_condition"), Mapping):
        beside = f", or as {format_value(schedule['timetable'], 200)} says" if "timetable" in schedule else ""
        return f"after an update of {_asset(schedule['asset_condition'])} ({short_name(str(kind))}){beside}"
    return f"as the timetable {format_value(schedule, 200)} says"


def _asset(value: Any) -> str:
    if not isinstance(value, Mapping):
        return format_value(value)
    kind, held = short_name(str(value.get("$", "?"))), value.get("objects")
    if held is not None:
        items = held["items"] if isinstance(held, Mapping) else held
        word = " or " if kind == "AssetAny" else " and "
        return f"({word.join(_asset(one) for one in items)})"
    return format_value(value.get("name") or value.get("uri") or kind)


def has_next_runs(settings: Mapping[str, Any]) -> bool:
    """
    Return whether the schedule depends on time alone, so that `next_runs` can compute it.
    """
    return _cron(settings) is not None


def next_runs(settings: Mapping[str, Any], now: datetime, count: int = 5) -> tuple[datetime, ...]:
    """
    Return the next times at which a pipeline with these *settings* runs, in its own time zone.

    Args:
        settings: The settings of a plan.

        now: The current time; only later runs are returned.

        count: The maximum number of runs; `end_date` may leave fewer.
    """
    if _cron(settings) is None:
        return ()
    start, end = (_date(settings.get(name)) for name in ("start_date", "end_date"))
    try:
        # The first run may be exactly at `start_date`.
        after = max(now, start - timedelta(microseconds=1)) if start is not None else now
        times = islice(_times(str(_cron(settings)), _zone(settings), after), count)
        return tuple(time for time in times if end is None or time <= end)
    except (OverflowError, ValueError):  # at the ends of Python's calendar
        return ()


def _times(expression: str, zone: tzinfo, after: datetime) -> Iterator[datetime]:
    # Late: few commands need it.
    from croniter import croniter

    # As in Airflow: by wall-clock time; by elapsed time if there are runs in every hour.
    time = after.astimezone(zone)
    seen = after
    while True:
        wall = time.replace(tzinfo=None)
        cron = croniter(expression, wall)
        scheduled = cron.get_next(datetime)
        if cron.expanded[1] == ["*"]:
            time = _add_elapsed(time, scheduled - wall)
        else:
            time = _aware(scheduled, zone)
            if time <= seen:
                time = _add_elapsed(seen, timedelta(hours=1))
                continue
        seen = time
        yield time


def _aware(wall: datetime, zone: tzinfo) -> datetime:
    # As in Airflow: of a time repeated in autumn, the second; a time skipped in spring is shifted later.
    first = _add_elapsed(wall.replace(tzinfo=zone), timedelta())
    skipped = first.replace(tzinfo=None) != wall
    return first if skipped else _add_elapsed(wall.replace(tzinfo=zone, fold=1), timedelta())


def _add_elapsed(time: datetime, delta: timedelta) -> datetime:
    # Python adds in wall-clock time; in UTC that is elapsed time.
    return (time.astimezone(timezone.utc) + delta).astimezone(time.tzinfo)


def _cron(settings: Mapping[str, Any]) -> str | None:
    schedule = settings.get("schedule")
    if isinstance(schedule, str):
        return _CRONS.get(schedule)
    if isinstance(schedule, Mapping) and schedule.get("$") == "cron":
        return str(schedule["expression"])
    return None


def _zone_name(settings: Mapping[str, Any]) -> str:
    schedule = settings.get("schedule")
    if isinstance(schedule, Mapping) and "timezone" in schedule:
        return str(schedule["timezone"])
    start = settings.get("start_date")
    # The default of `[core] default_timezone` is UTC.
    return str(start.get("timezone") or "UTC") if isinstance(start, Mapping) else "UTC"


def _zone(settings: Mapping[str, Any]) -> tzinfo:
    name = _zone_name(settings)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        start = _date(settings.get("start_date"))
        return start.tzinfo if start is not None and start.tzinfo else timezone.utc


def _date(value: Any) -> datetime | None:
    if not isinstance(value, Mapping) or value.get("$") != "datetime":
        return None
    found = datetime.fromisoformat(str(value["value"]))
    if found.tzinfo is None:
        # Airflow's `[core] default_timezone`, not the zone of the cron expression.
        found = found.replace(tzinfo=timezone.utc)
    return found
