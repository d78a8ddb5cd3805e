"""
An argument that a sensor inherits, as text.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import DAG

with DAG("operators_inherited_wrong_type", schedule=None):
    FileSensor(task_id="wait", filepath="orders.csv", poke_interval="30")  # right: FileSensor(task_id="wait", filepath="orders.csv", poke_interval=30)
