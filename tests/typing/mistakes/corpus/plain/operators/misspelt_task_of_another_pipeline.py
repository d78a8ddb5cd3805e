"""
The misspelt name of a task in another pipeline.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
from airflow.sdk import DAG

with DAG("operators_misspelt_task_of_another_pipeline_first", schedule=None):
    BashOperator(task_id="fetch_orders", bash_command="make fetch")

with DAG("operators_misspelt_task_of_another_pipeline", schedule=None):
    ExternalTaskSensor(task_id="wait", external_dag_id="operators_misspelt_task_of_another_pipeline_first", external_task_id="fetch_order")  # right: ExternalTaskSensor(task_id="wait", external_dag_id="operators_misspelt_task_of_another_pipeline_first", external_task_id="fetch_orders")
