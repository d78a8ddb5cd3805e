"""
A sensor that is not told what it waits for.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import DAG

with DAG("operators_sensor_without_what_it_waits_for", schedule=None):
    FileSensor(task_id="wait", poke_interval=30)  # right: FileSensor(task_id="wait", filepath="orders.csv", poke_interval=30)
