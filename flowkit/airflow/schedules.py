"""
A schedule → what Airflow's `DAG` takes.
"""

from __future__ import annotations

from typing import Any

from flowkit.airflow.compat import cron_timetable
from flowkit.model.schedule import Cron


def compile_schedule(schedule: Any) -> Any:
    """
    Return *schedule* as Airflow's `DAG` takes it.
    """
    if not isinstance(schedule, Cron):
        return schedule
    if schedule.timezone is None:
        return schedule.expression
    # As a plain expression, but for the time zone, which is the author's.
    return cron_timetable(schedule.expression, schedule.timezone)
