"""
A misspelt mode of a sensor.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_sensor_mode").task("wait", operator(FileSensor, filepath="orders.csv", mode="reschedul")))  # right: register(Pipeline("operators_sensor_mode").task("wait", operator(FileSensor, filepath="orders.csv", mode="reschedule")))
