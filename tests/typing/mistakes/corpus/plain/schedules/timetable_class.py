"""
The class of a timetable instead of a timetable.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from datetime import datetime

from airflow.sdk import CronTriggerTimetable, DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("schedules_timetable_class", schedule=CronTriggerTimetable, start_date=datetime(2026, 1, 1)):  # right: with DAG("schedules_timetable_class", schedule=CronTriggerTimetable("0 6 * * *", timezone="UTC"), start_date=datetime(2026, 1, 1)):
    fetch_orders()
