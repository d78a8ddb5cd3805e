"""
The misspelt namespace of a pod.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_pod_namespace_misspelt").task("work", operator(KubernetesPodOperator, name="load", image="shop:1", namespce="shops")))  # right: register(Pipeline("operators_pod_namespace_misspelt").task("work", operator(KubernetesPodOperator, name="load", image="shop:1", namespace="shops")))
