"""
A number of seconds, where a sensor takes a timedelta.
"""
# Caught by: nothing.

from __future__ import annotations

# right: from datetime import timedelta

from airflow.providers.standard.sensors.time_delta import TimeDeltaSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_delta_in_seconds").task("work", operator(TimeDeltaSensor, delta=60)))  # right: register(Pipeline("operators_delta_in_seconds").task("work", operator(TimeDeltaSensor, delta=timedelta(seconds=60))))
