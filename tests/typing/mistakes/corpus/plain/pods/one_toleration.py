"""
One toleration instead of a list of them.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task
from kubernetes.client import V1Container, V1Pod, V1PodSpec, V1Toleration


@task(executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base")], tolerations=V1Toleration(key="gpu")))})  # right: @task(executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base")], tolerations=[V1Toleration(key="gpu")]))})
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("pods_one_toleration", schedule=None):
    fetch_orders()
