"""
A timeout of a sensor as text.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.bash import BashSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_sensor_timeout").task("wait", operator(BashSensor, bash_command="test -f orders", timeout="1h")))  # right: register(Pipeline("operators_sensor_timeout").task("wait", operator(BashSensor, bash_command="test -f orders", timeout=3600)))
