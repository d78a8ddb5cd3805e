"""
A pipeline without a dag_id.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline(schedule="@daily").task("fetch", python(fetch_orders)))  # right: register(Pipeline("registering_dag_id_forgotten", schedule="@daily").task("fetch", python(fetch_orders)))
