"""
The growing wait of a sensor switched on with a text.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_backoff_as_text").task("work", operator(FileSensor, filepath="orders.csv", exponential_backoff="yes")))  # right: register(Pipeline("operators_backoff_as_text").task("work", operator(FileSensor, filepath="orders.csv", exponential_backoff=True)))
