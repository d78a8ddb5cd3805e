"""
Two files with one dag_id, of which Airflow keeps one without a word.
"""
# Caught by: flowkit check.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("registering_two_files").task("fetch", python(fetch_orders)))  # right: register(Pipeline("registering_two_files_too").task("fetch", python(fetch_orders)))
