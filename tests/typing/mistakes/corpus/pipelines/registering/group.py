"""
A group given to `register`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: there is no `register`.

from __future__ import annotations

from flowkit import Group, python  # right: from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Group("registering_group").task("fetch", python(fetch_orders)))  # right: register(Pipeline("registering_group").task("fetch", python(fetch_orders)))
