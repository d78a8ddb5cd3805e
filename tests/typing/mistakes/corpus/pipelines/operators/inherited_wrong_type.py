"""
An argument that a sensor inherits, as text.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_inherited_wrong_type").task("wait", operator(FileSensor, filepath="orders.csv", poke_interval="30")))  # right: register(Pipeline("operators_inherited_wrong_type").task("wait", operator(FileSensor, filepath="orders.csv", poke_interval=30)))
