"""
A misspelt setting of a group.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("settings_group_tooltip")
    .group("ingestion", tool_tip="From the tills")  # right: .group("ingestion", tooltip="From the tills")
    .task("fetch", python(fetch_orders))
    .end()
)
