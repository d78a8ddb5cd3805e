"""
The day of the parse, where the day of the run is meant.
"""
# Caught by: nothing.

from __future__ import annotations

from datetime import date, datetime  # right: from datetime import datetime

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("schedules_today_as_an_argument", schedule="@daily", start_date=datetime(2026, 1, 1)):
    tell(str(date.today()))  # right: tell("{{ ds }}")
