"""
A misspelt argument beside a mapped one.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Pipeline, operator, over
from flowkit.airflow.dags import register

register(Pipeline("mapping_sensor_misspelt").task("wait", operator(FileSensor, filepath=over(["a", "b"]), poke_intervl=30)))  # right: register(Pipeline("mapping_sensor_misspelt").task("wait", operator(FileSensor, filepath=over(["a", "b"]), poke_interval=30)))
