"""
A schedule given to a group.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("groups_schedule_of_a_group")
    .then(Group("ingestion", schedule="@daily").task("fetch", python(fetch_orders)))  # right: .then(Group("ingestion").task("fetch", python(fetch_orders)))
)
