"""
A schedule → the `schedule` of Airflow's `DAG`.
"""

from __future__ import annotations

from typing import Any

from flowkit.airflow.compat import cron_timetable
from flowkit.model.schedule import Cron


def compile_schedule(schedule: Any) -> Any:
    """
    Return *schedule* as Airflow's `DAG` accepts it.
    """
    if not isinstance(schedule, Cron):
        return schedule
    if schedule.timezone is None:
        return schedule.expression
    # The timetable of a plain expression, but in the author's time zone.
    return cron_timetable(schedule.expression, schedule.timezone)
