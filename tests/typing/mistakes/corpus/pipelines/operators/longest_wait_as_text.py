"""
The longest time between two looks of a sensor, as text.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_longest_wait_as_text").task("work", operator(FileSensor, filepath="orders.csv", max_wait="10m")))  # right: register(Pipeline("operators_longest_wait_as_text").task("work", operator(FileSensor, filepath="orders.csv", max_wait=600)))
