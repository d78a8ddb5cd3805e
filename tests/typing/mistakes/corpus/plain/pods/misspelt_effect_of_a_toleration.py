"""
A misspelt effect of a toleration.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from kubernetes.client.models import V1Container, V1Pod, V1PodSpec, V1Toleration

with DAG("pods_misspelt_effect_of_a_toleration", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base")], tolerations=[V1Toleration(key="gpu", effect="NoShedule")]))})  # right: BashOperator(task_id="fetch", bash_command="make fetch", executor_config={"pod_override": V1Pod(spec=V1PodSpec(containers=[V1Container(name="base")], tolerations=[V1Toleration(key="gpu", effect="NoSchedule")]))})
