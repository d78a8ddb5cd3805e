"""
A number of seconds, where a sensor takes a timedelta.
"""
# Caught by: nothing.

from __future__ import annotations

# right: from datetime import timedelta

from airflow.providers.standard.sensors.time_delta import TimeDeltaSensor
from airflow.sdk import DAG

with DAG("operators_delta_in_seconds", schedule=None):
    TimeDeltaSensor(task_id="work", delta=60)  # right: TimeDeltaSensor(task_id="work", delta=timedelta(seconds=60))
