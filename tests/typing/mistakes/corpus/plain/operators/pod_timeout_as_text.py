"""
The time that a pod has to start, as text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

with DAG("operators_pod_timeout_as_text", schedule=None):
    KubernetesPodOperator(task_id="work", name="load", image="shop:1", startup_timeout_seconds="60")  # right: KubernetesPodOperator(task_id="work", name="load", image="shop:1", startup_timeout_seconds=60)
