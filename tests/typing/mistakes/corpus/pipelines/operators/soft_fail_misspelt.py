"""
A misspelt argument that all sensors inherit.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_soft_fail_misspelt").task("work", operator(FileSensor, filepath="orders.csv", softfail=True)))  # right: register(Pipeline("operators_soft_fail_misspelt").task("work", operator(FileSensor, filepath="orders.csv", soft_fail=True)))
