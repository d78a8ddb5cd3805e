"""
The day of the parse, where the day of the run is meant.
"""
# Caught by: flowkit check.

from __future__ import annotations

from datetime import date, datetime  # right: from datetime import datetime

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(
    Pipeline("schedules_today_as_an_argument", schedule="@daily", start_date=datetime(2026, 1, 1))
    .task("tell", python(tell, str(date.today())))  # right: .task("tell", python(tell, "{{ ds }}"))
)
