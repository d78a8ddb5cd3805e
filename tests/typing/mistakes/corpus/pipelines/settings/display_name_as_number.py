"""
A number as the name that is shown.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("settings_display_name_as_number", schedule=None, dag_display_name=2026).task("fetch", python(fetch_orders)))  # right: register(Pipeline("settings_display_name_as_number", schedule=None, dag_display_name="2026").task("fetch", python(fetch_orders)))
