"""
A sensor that is not told what it waits for.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_sensor_without_what_it_waits_for").task("wait", operator(FileSensor, poke_interval=30)))  # right: register(Pipeline("operators_sensor_without_what_it_waits_for").task("wait", operator(FileSensor, filepath="orders.csv", poke_interval=30)))
