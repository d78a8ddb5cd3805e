"""
A volume under a path that does not begin at the root.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from kubernetes.client.models import V1Container, V1PersistentVolumeClaimVolumeSource, V1Pod, V1PodSpec, V1Volume, V1VolumeMount

with DAG("pods_volume_without_a_root", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(volumes=[V1Volume(name="orders", persistent_volume_claim=V1PersistentVolumeClaimVolumeSource(claim_name="orders"))], containers=[V1Container(name="base", volume_mounts=[V1VolumeMount(name="orders", mount_path="data")])]))})  # right: BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(volumes=[V1Volume(name="orders", persistent_volume_claim=V1PersistentVolumeClaimVolumeSource(claim_name="orders"))], containers=[V1Container(name="base", volume_mounts=[V1VolumeMount(name="orders", mount_path="/data")])]))})
