"""
A duration alone, where a deadline says since when and what then.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from datetime import timedelta  # right:

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("settings_deadline_as_a_duration", deadline=timedelta(hours=1)).task("fetch", python(fetch_orders)))  # right: register(Pipeline("settings_deadline_as_a_duration").task("fetch", python(fetch_orders)))
