"""
Whether a pipeline catches up, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("settings_catchup_as_text", schedule=None, catchup="no").task("fetch", python(fetch_orders)))  # right: register(Pipeline("settings_catchup_as_text", schedule=None, catchup=False).task("fetch", python(fetch_orders)))
