"""
The class of a timetable instead of a timetable.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from datetime import datetime

from airflow.sdk import CronTriggerTimetable

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("schedules_timetable_class", schedule=CronTriggerTimetable, start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))  # right: register(Pipeline("schedules_timetable_class", schedule=CronTriggerTimetable("0 6 * * *", timezone="UTC"), start_date=datetime(2026, 1, 1)).task("fetch", python(fetch_orders)))
