"""
A misspelt field of a config map.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, parse.

from __future__ import annotations

from airflow.sdk import DAG, task
from kubernetes.client import V1ConfigMapEnvSource, V1Container, V1EnvFromSource, V1Pod, V1PodSpec


@task(executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", env_from=[V1EnvFromSource(configmap_ref=V1ConfigMapEnvSource(name="shops"))])]))})  # right: @task(executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", env_from=[V1EnvFromSource(config_map_ref=V1ConfigMapEnvSource(name="shops"))])]))})
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("pods_misspelt_key_of_a_config_map", schedule=None):
    fetch_orders()
