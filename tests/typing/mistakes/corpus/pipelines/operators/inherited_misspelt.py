"""
A misspelt argument that a sensor inherits.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_inherited_misspelt").task("wait", operator(FileSensor, filepath="orders.csv", poke_intervall=30)))  # right: register(Pipeline("operators_inherited_misspelt").task("wait", operator(FileSensor, filepath="orders.csv", poke_interval=30)))
