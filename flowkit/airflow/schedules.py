"""
A schedule → what Airflow's `DAG` takes.
"""

from __future__ import annotations

from typing import Any

from flowkit.airflow.compat import CronDataIntervalTimetable, CronTriggerTimetable, conf
from flowkit.spec.schedule import Cron


def compile_schedule(schedule: Any) -> Any:
    """
    Return *schedule* as Airflow's `DAG` takes it.
    """
    if not isinstance(schedule, Cron):
        return schedule
    if schedule.timezone is None:
        return schedule.expression
    # What Airflow itself makes of a plain expression; only the time zone is the author's.
    if conf.getboolean("scheduler", "create_cron_data_intervals"):
        return CronDataIntervalTimetable(schedule.expression, timezone=schedule.timezone)
    return CronTriggerTimetable(schedule.expression, timezone=schedule.timezone)
