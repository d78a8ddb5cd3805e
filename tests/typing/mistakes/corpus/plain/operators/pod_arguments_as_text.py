"""
The arguments of a container as one text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

with DAG("operators_pod_arguments_as_text", schedule=None):
    KubernetesPodOperator(task_id="work", name="load", image="shop:1", arguments="--all")  # right: KubernetesPodOperator(task_id="work", name="load", image="shop:1", arguments=["--all"])
