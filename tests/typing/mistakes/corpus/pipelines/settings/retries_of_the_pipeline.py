"""
An option of tasks given to the pipeline.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("settings_retries_of_the_pipeline", retries=3)  # right: Pipeline("settings_retries_of_the_pipeline").defaults(retries=3)
    .task("fetch", python(fetch_orders))
)
