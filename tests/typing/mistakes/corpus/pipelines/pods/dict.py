"""
A dict where a pod stands.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python  # right: from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_dict").defaults(pod={"cpu": "500m"}).task("fetch", python(fetch_orders)))  # right: register(Pipeline("pods_dict").defaults(pod=Pod(cpu="500m")).task("fetch", python(fetch_orders)))
