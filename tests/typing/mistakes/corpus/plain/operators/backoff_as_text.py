"""
The growing wait of a sensor switched on with a text.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import DAG

with DAG("operators_backoff_as_text", schedule=None):
    FileSensor(task_id="work", filepath="orders.csv", exponential_backoff="yes")  # right: FileSensor(task_id="work", filepath="orders.csv", exponential_backoff=True)
