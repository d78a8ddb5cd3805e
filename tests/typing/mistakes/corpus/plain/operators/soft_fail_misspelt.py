"""
A misspelt argument that all sensors inherit.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import DAG

with DAG("operators_soft_fail_misspelt", schedule=None):
    FileSensor(task_id="work", filepath="orders.csv", softfail=True)  # right: FileSensor(task_id="work", filepath="orders.csv", soft_fail=True)
