"""
The time between two runs as text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

# right: from datetime import timedelta

from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
from airflow.sdk import DAG

with DAG("operators_other_run_as_text", schedule=None):
    ExternalTaskSensor(task_id="work", external_dag_id="sales", execution_delta="1h")  # right: ExternalTaskSensor(task_id="work", external_dag_id="sales", execution_delta=timedelta(hours=1))
