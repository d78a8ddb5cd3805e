"""
A time zone as an object instead of its name.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a cron expression has the time zone of the start date.

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo  # right:

from flowkit import Pipeline, cron, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("schedules_zone_as_object", schedule=cron("0 6 * * *", timezone=ZoneInfo("Europe/Berlin")), start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))  # right: register(Pipeline("schedules_zone_as_object", schedule=cron("0 6 * * *", timezone="Europe/Berlin"), start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))
