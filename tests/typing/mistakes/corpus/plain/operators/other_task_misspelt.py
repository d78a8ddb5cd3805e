"""
A misspelt argument of a sensor that waits for another pipeline.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
from airflow.sdk import DAG

with DAG("operators_other_task_misspelt", schedule=None):
    ExternalTaskSensor(task_id="work", external_dag_id="sales", external_tasks_ids=["load"])  # right: ExternalTaskSensor(task_id="work", external_dag_id="sales", external_task_ids=["load"])
