"""
A time zone that does not exist.
"""
# Caught by: parse.

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import CronTriggerTimetable, DAG

with DAG("schedules_unknown_timezone", schedule=CronTriggerTimetable("0 6 * * *", timezone="Europe/Berlim"), start_date=datetime(2026, 1, 1)):  # right: with DAG("schedules_unknown_timezone", schedule=CronTriggerTimetable("0 6 * * *", timezone="Europe/Berlin"), start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="fetch", bash_command="make fetch")
