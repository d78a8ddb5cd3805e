"""
A misspelt field of a secret.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from kubernetes.client.models import V1Container, V1EnvVar, V1EnvVarSource, V1Pod, V1PodSpec, V1SecretKeySelector

with DAG("pods_misspelt_key_of_a_secret", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", env=[V1EnvVar(name="PASSWORD", value_from=V1EnvVarSource(secret_key_ref=V1SecretKeySelector(name="database", kay="password")))])]))})  # right: BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base", env=[V1EnvVar(name="PASSWORD", value_from=V1EnvVarSource(secret_key_ref=V1SecretKeySelector(name="database", key="password")))])]))})
