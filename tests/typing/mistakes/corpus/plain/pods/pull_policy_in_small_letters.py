"""
The policy of pulling the image in small letters.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from kubernetes.client.models import V1Container, V1Pod, V1PodSpec

with DAG("pods_pull_policy_in_small_letters", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", image_pull_policy="always")]))})  # right: BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", image_pull_policy="Always")]))})
