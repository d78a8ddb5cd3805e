"""
A misspelt field of a secret.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, Pod, Secret, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_misspelt_key_of_a_secret").task("fetch", python(fetch_orders), pod=Pod(env={"PASSWORD": Secret("database", kay="password")})))  # right: register(Pipeline("pods_misspelt_key_of_a_secret").task("fetch", python(fetch_orders), pod=Pod(env={"PASSWORD": Secret("database", key="password")})))
