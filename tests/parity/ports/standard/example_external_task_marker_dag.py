"""
A task that waits for one of another DAG, and a marker there: clearing the one clears the other.
"""

from datetime import timedelta

import pendulum
from airflow.providers.standard.sensors.external_task import ExternalTaskMarker, ExternalTaskSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

PARENT, CHILD = "example_external_task_marker_parent", "example_external_task_marker_child"

BASE = Pipeline(
    PARENT,
    start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
    catchup=False,
    schedule=timedelta(minutes=30),
    tags=["example", "example2"],
)
marker = operator(ExternalTaskMarker, external_dag_id=CHILD, external_task_id="child_task1")
for_task = operator(
    ExternalTaskSensor,
    external_dag_id=PARENT,
    external_task_id="parent_task",
    timeout=600,
    allowed_states=["success"],
    failed_states=["failed", "skipped"],
    mode="reschedule",
)
for_group = operator(
    ExternalTaskSensor,
    external_dag_id=PARENT,
    external_task_group_id="parent_dag_task_group_id",
    timeout=600,
    allowed_states=["success"],
    failed_states=["failed", "skipped"],
    mode="reschedule",
)

register(
    BASE.task("parent_task", marker),
    BASE.named(CHILD).task("child_task1", for_task).task("child_task2", for_group).task("child_task3"),
)
