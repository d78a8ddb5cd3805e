"""
An inline group that is closed twice.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: Python's `with` closes the group.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("groups_end_too_many")
    .group("ingestion")
    .task("fetch", python(fetch_orders))
    .end()
    .end()  # right:
)
