"""
A dict where a pod stands.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
# right: from kubernetes.client.models import V1Pod

with DAG("pods_dict", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": {"cpu": "500m"}})  # right: BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod()})
