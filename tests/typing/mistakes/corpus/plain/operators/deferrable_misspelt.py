"""
The misspelt word for a sensor that waits in the triggerer.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import DAG

with DAG("operators_deferrable_misspelt", schedule=None):
    FileSensor(task_id="work", filepath="orders.csv", deferable=True)  # right: FileSensor(task_id="work", filepath="orders.csv", deferrable=True)
