"""
A number of GPUs as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: Kubernetes' client takes numbers and texts.

from __future__ import annotations

from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_gpus_as_text").task("fetch", python(fetch_orders), pod=Pod(gpus="1")))  # right: register(Pipeline("pods_gpus_as_text").task("fetch", python(fetch_orders), pod=Pod(gpus=1)))
