"""
A DAG that triggers another one, and waits for its task without a slot of a worker.
"""

from datetime import datetime

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.standard.sensors.external_task import ExternalTaskSensor

from flowkit import Pipeline, operator, task
from flowkit.airflow.dags import register

wait = operator(
    ExternalTaskSensor, external_task_id="child_task", external_dag_id="child_dag", deferrable=True
)
trigger = operator(
    TriggerDagRunOperator,
    trigger_dag_id="child_dag",
    allowed_states=["success", "failed"],
    logical_date="{{ logical_date }}",
    poke_interval=5,
    reset_dag_run=True,
    wait_for_completion=True,
)

register(
    Pipeline(
        "example_external_task",
        start_date=datetime(2022, 1, 1),
        schedule="@once",
        catchup=False,
        tags=["example", "async", "core"],
    )
    .task("start")
    .then(task("trigger_child_task", trigger), task("parent_task_sensor", wait))
    .task("end")
)
