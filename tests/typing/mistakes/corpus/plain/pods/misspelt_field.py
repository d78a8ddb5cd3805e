"""
A misspelt field of a pod.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from kubernetes.client.models import V1Container, V1Pod, V1PodSpec, V1ResourceRequirements

with DAG("pods_misspelt_field", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", resource=V1ResourceRequirements(requests={"cpu": "2"}))]))})  # right: BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", resources=V1ResourceRequirements(requests={"cpu": "2"}))]))})
