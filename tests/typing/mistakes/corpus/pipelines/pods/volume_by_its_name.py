"""
A claim given by its name alone.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: Kubernetes' client takes volumes and mounts apart.

from __future__ import annotations

from flowkit import Pipeline, Pod, python  # right: from flowkit import Claim, Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_volume_by_its_name").task("fetch", python(fetch_orders), pod=Pod(volumes={"/data": "orders"})))  # right: register(Pipeline("pods_volume_by_its_name").task("fetch", python(fetch_orders), pod=Pod(volumes={"/data": Claim("orders")})))
