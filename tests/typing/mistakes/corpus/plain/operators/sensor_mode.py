"""
A misspelt mode of a sensor.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import DAG

with DAG("operators_sensor_mode", schedule=None):
    FileSensor(task_id="wait", filepath="orders.csv", mode="reschedul")  # right: FileSensor(task_id="wait", filepath="orders.csv", mode="reschedule")
