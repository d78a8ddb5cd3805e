"""
The misspelt setting for a pipeline that begins paused.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("settings_paused_misspelt", schedule=None, is_paused_on_creation=True).task("fetch", python(fetch_orders)))  # right: register(Pipeline("settings_paused_misspelt", schedule=None, is_paused_upon_creation=True).task("fetch", python(fetch_orders)))
