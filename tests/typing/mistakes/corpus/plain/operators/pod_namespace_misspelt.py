"""
The misspelt namespace of a pod.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

with DAG("operators_pod_namespace_misspelt", schedule=None):
    KubernetesPodOperator(task_id="work", name="load", image="shop:1", namespce="shops")  # right: KubernetesPodOperator(task_id="work", name="load", image="shop:1", namespace="shops")
