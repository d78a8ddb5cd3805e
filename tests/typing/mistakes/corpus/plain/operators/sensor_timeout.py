"""
A timeout of a sensor as text.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.sensors.bash import BashSensor
from airflow.sdk import DAG

with DAG("operators_sensor_timeout", schedule=None):
    BashSensor(task_id="wait", bash_command="test -f orders", timeout="1h")  # right: BashSensor(task_id="wait", bash_command="test -f orders", timeout=3600)
