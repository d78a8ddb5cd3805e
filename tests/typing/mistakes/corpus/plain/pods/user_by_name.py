"""
The name of a user instead of its number.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task
from kubernetes.client import V1Container, V1Pod, V1PodSecurityContext, V1PodSpec


@task(executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base")], security_context=V1PodSecurityContext(run_as_user="airflow")))})  # right: @task(executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base")], security_context=V1PodSecurityContext(run_as_user=50000)))})
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("pods_user_by_name", schedule=None):
    fetch_orders()
