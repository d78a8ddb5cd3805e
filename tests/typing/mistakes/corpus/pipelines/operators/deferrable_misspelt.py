"""
The misspelt word for a sensor that waits in the triggerer.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_deferrable_misspelt").task("work", operator(FileSensor, filepath="orders.csv", deferable=True)))  # right: register(Pipeline("operators_deferrable_misspelt").task("work", operator(FileSensor, filepath="orders.csv", deferrable=True)))
