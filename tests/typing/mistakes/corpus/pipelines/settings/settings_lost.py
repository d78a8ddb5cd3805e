"""
A pipeline that is changed, and the change not kept.
"""
# Caught by: mypy, flowkit check.
# In plain Airflow: cannot be made: a DAG is changed in place.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


sales = Pipeline("settings_settings_lost").task("fetch", python(fetch_orders))
sales.settings(schedule="@daily")  # right: sales = sales.settings(schedule="@daily")
register(sales)
