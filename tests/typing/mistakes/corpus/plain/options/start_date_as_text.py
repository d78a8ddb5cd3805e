"""
The first date of a task as text.
"""
# Caught by: parse.

from __future__ import annotations

# right: from datetime import datetime

from airflow.sdk import DAG, task


@task(start_date="2026-01-01")  # right: @task(start_date=datetime(2026, 1, 1))
def tell(text: str) -> None:
    print(text)


with DAG("options_start_date_as_text", schedule=None):
    tell("done")
