"""
A limit below the request.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from kubernetes.client.models import V1Container, V1Pod, V1PodSpec, V1ResourceRequirements

with DAG("pods_limit_below_request", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", resources=V1ResourceRequirements(requests={"memory": "4Gi"}, limits={"memory": "2Gi"}))]))})  # right: BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", resources=V1ResourceRequirements(requests={"memory": "2Gi"}, limits={"memory": "4Gi"}))]))})
