"""
A misspelt field of a config map.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import ConfigMap, Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_misspelt_key_of_a_config_map").task("fetch", python(fetch_orders), pod=Pod(env={"REGION": ConfigMap("shops", kee="region")})))  # right: register(Pipeline("pods_misspelt_key_of_a_config_map").task("fetch", python(fetch_orders), pod=Pod(env={"REGION": ConfigMap("shops", key="region")})))
