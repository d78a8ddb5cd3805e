"""
The longest time between two looks of a sensor, as text.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import DAG

with DAG("operators_longest_wait_as_text", schedule=None):
    FileSensor(task_id="work", filepath="orders.csv", max_wait="10m")  # right: FileSensor(task_id="work", filepath="orders.csv", max_wait=600)
