"""
A number among the variables of the environment, which are texts.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from kubernetes.client.models import V1Container, V1EnvVar, V1Pod, V1PodSpec

with DAG("pods_number_in_the_environment", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", env=[V1EnvVar(name="ROWS", value=100)])]))})  # right: BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", env=[V1EnvVar(name="ROWS", value="100")])]))})
