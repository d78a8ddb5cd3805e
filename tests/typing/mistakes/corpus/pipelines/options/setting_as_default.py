"""
A setting of the pipeline among the defaults of its tasks.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("options_setting_as_default")
    .defaults(retries=2, catchup=False)  # right: .defaults(retries=2)
    .task("fetch", python(fetch_orders))
)
