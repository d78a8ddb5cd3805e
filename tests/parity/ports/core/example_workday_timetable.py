"""
A timetable of one's own as the schedule.
"""

import pendulum
from airflow.example_dags.plugins.workday import AfterWorkdayTimetable

from flowkit import Pipeline
from flowkit.airflow.dags import register

register(
    Pipeline(
        "example_workday_timetable",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        schedule=AfterWorkdayTimetable(),  # pyright: ignore[reportAbstractUsage]
        tags=["example", "timetable"],
    ).task("run_this")
)
