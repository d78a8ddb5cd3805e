"""
The user root, where root is forbidden.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task
from kubernetes.client import V1Container, V1Pod, V1PodSecurityContext, V1PodSpec


@task(executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base")], security_context=V1PodSecurityContext(run_as_user=0, run_as_non_root=True)))})  # right: @task(executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base")], security_context=V1PodSecurityContext(run_as_user=50000, run_as_non_root=True)))})
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("pods_root_that_is_forbidden", schedule=None):
    fetch_orders()
