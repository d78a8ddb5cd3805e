"""
The time between two runs as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

# right: from datetime import timedelta

from airflow.providers.standard.sensors.external_task import ExternalTaskSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_other_run_as_text").task("work", operator(ExternalTaskSensor, external_dag_id="sales", execution_delta="1h")))  # right: register(Pipeline("operators_other_run_as_text").task("work", operator(ExternalTaskSensor, external_dag_id="sales", execution_delta=timedelta(hours=1))))
