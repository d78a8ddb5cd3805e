"""
The misspelt name of a task in another pipeline.
"""
# Caught by: flowkit check.

from __future__ import annotations

from airflow.providers.standard.sensors.external_task import ExternalTaskSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(
    Pipeline("operators_misspelt_task_of_another_pipeline_first").task("fetch_orders"),
    Pipeline("operators_misspelt_task_of_another_pipeline").task("wait", operator(ExternalTaskSensor, external_dag_id="operators_misspelt_task_of_another_pipeline_first", external_task_id="fetch_order")),  # right: Pipeline("operators_misspelt_task_of_another_pipeline").task("wait", operator(ExternalTaskSensor, external_dag_id="operators_misspelt_task_of_another_pipeline_first", external_task_id="fetch_orders")),
)
