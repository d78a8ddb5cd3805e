"""
The class of an operator as the action of a task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: an operator is made where it stands.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline  # right: from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_class_as_action").task("wait", FileSensor))  # right: register(Pipeline("operators_class_as_action").task("wait", operator(FileSensor, filepath="orders.csv")))
