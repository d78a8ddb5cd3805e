"""
The arguments of a container as one text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_pod_arguments_as_text").task("work", operator(KubernetesPodOperator, name="load", image="shop:1", arguments="--all")))  # right: register(Pipeline("operators_pod_arguments_as_text").task("work", operator(KubernetesPodOperator, name="load", image="shop:1", arguments=["--all"])))
