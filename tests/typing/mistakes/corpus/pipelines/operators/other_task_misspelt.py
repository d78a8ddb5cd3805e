"""
A misspelt argument of a sensor that waits for another pipeline.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.sensors.external_task import ExternalTaskSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_other_task_misspelt").task("work", operator(ExternalTaskSensor, external_dag_id="sales", external_tasks_ids=["load"])))  # right: register(Pipeline("operators_other_task_misspelt").task("work", operator(ExternalTaskSensor, external_dag_id="sales", external_task_ids=["load"])))
