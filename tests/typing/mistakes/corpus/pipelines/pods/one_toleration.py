"""
One toleration instead of a list of them.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, Pod, Toleration, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_one_toleration").task("fetch", python(fetch_orders), pod=Pod(tolerations=Toleration("gpu"))))  # right: register(Pipeline("pods_one_toleration").task("fetch", python(fetch_orders), pod=Pod(tolerations=[Toleration("gpu")])))
