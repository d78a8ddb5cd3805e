"""
The pipelines of one batch of the fuzz test, for the DAG file that registers them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.airflow.value_places import PLACES

PIPELINES: list[tuple[str, str, Any]] = []
"""A dag_id, a place and a value each."""

SOURCE = """\
from datetime import datetime

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register
from tests.airflow.value_batch import PIPELINES, build, dag_id


def work():
    pass


def good(name):
    return Pipeline(name, schedule="@daily", start_date=datetime(2026, 1, 1)).task("a", python(work))


register(good("good_first"))
register(generate(build, PIPELINES, dag_id=dag_id))
register(good("good_last"))
"""


def fill(batch: Sequence[tuple[str, Any]]) -> list[str]:
    """Make these the pipelines of the file, and return their ids."""
    PIPELINES[:] = [(f"pipeline_{number}", *item) for number, item in enumerate(batch)]
    return [name for name, _, _ in PIPELINES]


def dag_id(item: tuple[str, str, Any]) -> str:
    """Return the dag_id of the pipeline."""
    return item[0]


def build(item: tuple[str, str, Any]) -> Any:
    """Return the pipeline."""
    name, place, value = item
    return PLACES[place](name, value)
