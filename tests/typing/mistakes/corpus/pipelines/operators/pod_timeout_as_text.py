"""
The time that a pod has to start, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_pod_timeout_as_text").task("work", operator(KubernetesPodOperator, name="load", image="shop:1", startup_timeout_seconds="60")))  # right: register(Pipeline("operators_pod_timeout_as_text").task("work", operator(KubernetesPodOperator, name="load", image="shop:1", startup_timeout_seconds=60)))
