"""
One tag as a text instead of a list of tags.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("settings_tags_as_text", tags="sales")  # right: Pipeline("settings_tags_as_text", tags=["sales"])
    .task("fetch", python(fetch_orders))
)
