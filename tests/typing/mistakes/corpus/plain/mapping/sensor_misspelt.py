"""
A misspelt argument beside a mapped one.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import DAG

with DAG("mapping_sensor_misspelt", schedule=None):
    FileSensor.partial(task_id="wait", poke_intervl=30).expand(filepath=["a", "b"])  # right: FileSensor.partial(task_id="wait", poke_interval=30).expand(filepath=["a", "b"])
